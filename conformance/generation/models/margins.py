"""How clearly a model decides: gaps between tokens, and between experts.

A token, or an expert, that leads by less than what two right engines differ by can be chosen by
one and not by the other, and everything after it differs. A recipe's seed is chosen so that this
happens nowhere in a large set of prompts, which makes goldens and direct comparisons of tokens
meaningful. It cannot hold for all prompts: for drawn ones the judge allows every token whose logit
lies within the budget of the best, and demands nothing of tokens alone behind a tie.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from conformance.generation.models.oracle import TeacherForced
from conformance.generation.models.recipe import Recipe

LENGTHS = (1, 2, 3, 7, 15, 16, 17, 31, 32, 33, 48, 64, 65)
"""Of the prompts: around borders of blocks (16, 32) and of the sliding window."""
_SPECIAL = 3
"""Tokens 0 to 2 are padding, begin and end."""


@dataclass(frozen=True)
class Gap:
    """The smallest distance between what was chosen and the best that was not, and its place.

    ``router`` is the name of a router, empty for tokens; ``position`` counts from the first token
    of the prompt ``prompt``.
    """

    size: float
    prompt: int
    position: int
    router: str = ""

    def __str__(self) -> str:
        what = f"experts of {self.router}" if self.router else "best two tokens"
        return f"{self.size:.3g} between {what} at position {self.position} of prompt {self.prompt}"


@dataclass(frozen=True)
class Measured:
    """The smallest gaps: of tokens in logits, of routers in scores (None: no router)."""

    token: Gap
    router: Gap | None


def drawn_prompts(count: int, vocabulary: int, seed: int) -> list[list[int]]:
    """Prompts of many lengths, the same for the same seed; no special tokens."""
    source = random.Random(f"prompts/{seed}")
    return [
        [_SPECIAL + int(source.random() * (vocabulary - _SPECIAL)) for _ in range(length)]
        for length in (LENGTHS[number % len(LENGTHS)] for number in range(count))
    ]


def measure(oracle: TeacherForced, prompts: Sequence[Sequence[int]], new_tokens: int) -> Measured:
    """The smallest gaps over all prompts and the tokens that the model itself chooses."""
    tokens, routers = [], []
    for number, prompt in enumerate(prompts):
        chosen = oracle.greedy(prompt, new_tokens)
        logs = oracle.log_probabilities([prompt], torch.tensor([chosen]))[0]
        tokens.append(_smallest(_gaps(logs, 1), number, first=len(prompt)))
        for name, (probabilities, experts) in oracle.routers(prompt, chosen).items():
            scores = probabilities.to(torch.float64).log()
            routers.append(_smallest(_gaps(scores, experts.shape[-1]), number, router=name))
    by_size = {"key": lambda gap: gap.size}
    return Measured(min(tokens, **by_size), min(routers, default=None, **by_size))


def too_close(recipe: Recipe, measured: Measured) -> list[str]:
    """A sentence for each gap that is not larger than the recipe demands."""
    wanted = recipe.margins
    pairs = [(measured.token, wanted.token), (measured.router, wanted.router)]
    return [
        f"{recipe.name}: {gap}, wanted more than {least:g}: choose another seed"
        for gap, least in pairs
        if gap is not None and not gap.size > least
    ]


def _gaps(scores: torch.Tensor, chosen: int) -> torch.Tensor:
    best = scores.topk(chosen + 1, dim=-1).values
    return best[:, chosen - 1] - best[:, chosen]


def _smallest(gaps: torch.Tensor, prompt: int, first: int = 0, router: str = "") -> Gap:
    place = int(gaps.argmin())
    return Gap(float(gaps[place]), prompt, first + place, router)
