"""Are tokens right where prompts are equal, begin alike, or repeat one token?

Equal requests in one batch are easily taken for each other; repeated tokens make keys equal, so
that attention has ties.
"""

from collections.abc import Iterable

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.generation.asking import case_of, drawn_with, fitting, judged_generation
from conformance.contract import Contract
from conformance.generation.words import PROMPTS


def _fixed(contract: Contract) -> Iterable[Case]:
    for prompts in PROMPTS[1:]:
        yield case_of(contract, "prompts", {}, prompts_are=prompts)
    yield case_of(contract, "prompts", {"R": 3, "L": 12}, prompts_are="same", lengths_are="full")


CHECK = Check(
    "prompts",
    "Are tokens right where prompts are equal, begin alike, or repeat one token?",
    judged_generation,
    fixed=fitting(_fixed),
    drawn=drawn_with("prompts", prompts_are=PROMPTS[1:], lengths_are=("drawn", "full")),
    effort=0.15,
)
