"""Tokens that were once right: kept with what produced them, so that no oracle drifts unnoticed.

The oracle is recomputed in every run. What it says may change with a release of torch or
transformers, and then it is the golden that tells. A recipe that changes needs a new one::

    python -m conformance.generation.models.goldens FOLDER NAME...
"""

import json
import sys
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import torch

from conformance.generation.models.checkpoints import checkpoint
from conformance.generation.models.margins import drawn_prompts
from conformance.generation.models.oracle import TeacherForced, teacher_forced
from conformance.generation.models.recipe import recipe
from conformance.policy.reading import MIB, parse_json, read_text
from conformance.policy.writing import write_whole

TOLERANCE = 5e-5
"""How far log probabilities may be off: rounding to fp32 moves them by up to 1.5e-5 (measured
against fp64), on either machine."""
_PROMPTS, _NEW_TOKENS, _CANDIDATES, _SEED = 4, 8, 3, 7


def golden(name: str) -> dict[str, Any]:
    """The golden that ships with the suite. Raises ``FileNotFoundError`` if there is none."""
    place = files("conformance_fixtures").joinpath("models", "goldens", f"{name}.json")
    found: dict[str, Any] = parse_json(read_text(Path(str(place)), MIB))
    return found


def record(name: str) -> dict[str, Any]:
    """What the oracle says now of a few prompts, and by which recipe and packages."""
    oracle = teacher_forced(checkpoint(name))
    requests = []
    for prompt in drawn_prompts(_PROMPTS, oracle.vocabulary, _SEED):
        tokens = oracle.greedy(prompt, _NEW_TOKENS)
        best = _logs(oracle, prompt, tokens).topk(_CANDIDATES)
        rounded = [[round(number, 7) for number in row] for row in best.values.tolist()]
        answer = {"candidates": best.indices.tolist(), "log_probabilities": rounded}
        requests.append({"prompt": prompt, "tokens": tokens, **answer})
    made_by = {package: version(package) for package in ("torch", "transformers")}
    return {"recipe": recipe(name).hash, "made_by": made_by, "requests": requests}


def outdated(name: str) -> str:
    """Why a golden says nothing of its recipe any more; empty while it does."""
    try:
        made = golden(name)["recipe"]
    except FileNotFoundError:
        return f"the recipe {name} has no golden: {_remedy(name)}"
    if made == recipe(name).hash:
        return ""
    return f"the golden of {name} was made by another recipe ({made[:12]}): {_remedy(name)}"


def differences(known: dict[str, Any], oracle: TeacherForced) -> list[str]:
    """A sentence for each request of a golden that the oracle answers otherwise."""
    made = ", ".join(f"{package} {number}" for package, number in known["made_by"].items())
    found = []
    for number, request in enumerate(known["requests"]):
        prompt, tokens = request["prompt"], request["tokens"]
        now = oracle.greedy(prompt, len(tokens))
        if now != tokens:
            found.append(f"request {number}: tokens {now}, but {tokens} with {made}")
            continue
        logs = _logs(oracle, prompt, tokens)
        candidates = torch.tensor(request["candidates"])
        wanted = torch.tensor(request["log_probabilities"], dtype=torch.float64)
        off = float((logs.gather(1, candidates) - wanted).abs().max())
        if off > TOLERANCE:
            found.append(f"request {number}: log probabilities are off by {off:.3g} from {made}")
    return found


def _logs(oracle: TeacherForced, prompt: list[int], tokens: list[int]) -> torch.Tensor:
    return oracle.log_probabilities([prompt], torch.tensor([tokens]))[0]


def _remedy(name: str) -> str:
    return (
        "if the change is meant, run"
        f" `python -m conformance.generation.models.goldens fixtures/models/goldens {name}`"
    )


if __name__ == "__main__":
    for each in sys.argv[2:]:
        write_whole(Path(sys.argv[1], f"{each}.json"), json.dumps(record(each)) + "\n")
