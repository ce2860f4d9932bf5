"""Are tokens right when the model is compiled?

The same requests are answered by an engine whose model inductor has compiled, and compared with the
oracle. A fake kernel that lies about strides, an operator that a compiler removed, or a shape that
it has built in shows here and nowhere else.
"""

from collections.abc import Iterable

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.generation.asking import (
    case_of,
    drawn_with,
    fitting,
    judged_generation,
    needs,
)
from conformance.contract import Contract
from conformance.generation.words import COMPILED


def _fixed(contract: Contract) -> Iterable[Case]:
    yield case_of(contract, "compilation", {}, engine=COMPILED)
    yield case_of(contract, "compilation", {"R": 1, "L": 1, "N": 2}, engine=COMPILED)
    yield case_of(contract, "compilation", {"R": 3, "L": 33}, engine=COMPILED, arrival="later")


CHECK = Check(
    "compilation",
    "Are tokens right when the model is compiled?",
    judged_generation,
    lacks=needs("engine", COMPILED),
    fixed=fitting(_fixed),
    drawn=drawn_with("compilation", engine=(COMPILED,), lengths_are=("drawn",)),
    effort=0.1,
    own_words=("engine",),
)
