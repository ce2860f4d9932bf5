"""Are tokens right where prompts end beside the border of a block, a chunk or a window?

Prompts of one token, and of a token less and more than blocks of the KV cache and chunks of a
prefill usually have; answers cross the next border.
"""

from collections.abc import Iterable

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.generation.asking import case_of, drawn_with, fitting, judged_generation
from conformance.contract import Axis, Contract
from conformance.generation.words import BORDERS


def _fixed(contract: Contract) -> Iterable[Case]:
    axis = contract.axis("L")
    assert isinstance(axis, Axis)
    for longest in axis.edges:
        yield case_of(contract, "lengths", {"R": 2, "L": longest, "N": 4}, lengths_are="full")
    yield case_of(contract, "lengths", {"R": 8, "L": max(BORDERS), "N": 3}, lengths_are="borders")


CHECK = Check(
    "lengths",
    "Are tokens right where prompts end beside the border of a block, a chunk or a window?",
    judged_generation,
    fixed=fitting(_fixed),
    drawn=drawn_with("lengths", lengths_are=("borders",)),
    effort=0.1,
)
