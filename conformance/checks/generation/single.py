"""Are tokens right where the engine takes one request at a time?

A batch of one is a shape of its own: axes of length one are left out, broadcast, or built into a
compiled graph. Several requests wait for each other, and each finds what the one before has left.
"""

from collections.abc import Iterable

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.generation.asking import case_of, drawn_with, judged_generation, needs
from conformance.contract import Contract
from conformance.generation.words import SINGLE


def _fixed(contract: Contract) -> Iterable[Case]:
    yield case_of(contract, "single", {"R": 1}, engine=SINGLE)
    yield case_of(contract, "single", {"R": 1, "L": 1, "N": 2}, engine=SINGLE)
    yield case_of(contract, "single", {"R": 3, "L": 33, "N": 4}, engine=SINGLE)


CHECK = Check(
    "single",
    "Are tokens right where the engine takes one request at a time?",
    judged_generation,
    lacks=needs("engine", SINGLE),
    fixed=_fixed,
    drawn=drawn_with("single", engine=(SINGLE,), lengths_are=("drawn",)),
    effort=0.1,
)
