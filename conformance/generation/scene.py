"""The prompts of a case: token ids and lengths from its words and its seed."""

import torch

from conformance.contract import Scene, Situation
from conformance.generation.words import BORDERS

FIRST = 3
"""The first token that is no special one in the usual tokenizers."""


def scene(situation: Situation) -> Scene:
    """``prompts`` (R, L) int64, padded with 0, and ``lengths`` (R,) int64; the first prompt has
    length L."""
    requests, longest = situation.axes["R"], situation.axes["L"]
    generator = situation.generator
    lengths = _lengths(situation.words["lengths_are"], requests, longest, generator)
    prompts = torch.randint(
        FIRST, situation.axes["V"], (requests, longest), generator=generator, dtype=torch.int64
    )
    match situation.words["prompts_are"]:
        case "prefixed":
            shared = (longest + 1) // 2
            prompts[:, :shared] = prompts[:1, :shared]
        case "same":
            prompts[:] = prompts[:1]
        case "one-token":
            prompts[:] = prompts[:, :1]
    places = torch.arange(longest)
    prompts[places[None] >= lengths[:, None]] = 0
    return Scene({"prompts": prompts, "lengths": lengths})


def _lengths(word: str, requests: int, longest: int, generator: torch.Generator) -> torch.Tensor:
    match word:
        case "full":
            lengths = torch.full((requests,), longest)
        case "borders":
            near = [length for length in BORDERS if length <= longest] or [longest]
            first = int(torch.randint(len(near), (), generator=generator))
            lengths = torch.tensor([near[(first + r) % len(near)] for r in range(requests)])
        case _:
            lengths = torch.randint(1, longest + 1, (requests,), generator=generator)
    lengths[0] = longest
    return lengths.to(torch.int64)
