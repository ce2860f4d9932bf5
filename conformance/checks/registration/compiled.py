"""Does a compiled call do what the eager call does?

The call and a later read of all arguments are compiled as one graph, by the backends ``eager``,
``aot_eager`` and ``inductor`` (but for ``quick``), with dense tensors and others. Bits are
compared, those that are left in the arguments as well; of an operator that consists of others,
numbers to within 32 units in the last place. ``qualify`` puts the call between arithmetic as well,
for which inductor writes kernels.
"""

from collections.abc import Iterable

from conformance.case import Case
from conformance.checks.registration.check import RegistrationCheck
from conformance.events.finding import Finding
from conformance.registrations.examined import Examined
from conformance.registrations.programs import compared, computed_with, plain

LAYOUTS, DTYPES = 4, 2
"""Calls in other layouts and dtypes that are compiled, with the last backend."""


def _cases(examined: Examined) -> Iterable[Case]:
    assert examined.calls is not None
    usual = examined.calls.usual("")
    yield usual
    placed = list(examined.accepted(list(examined.calls.layouts(""))))
    yield from placed[:: max(1, len(placed) // LAYOUTS)][:LAYOUTS]
    yield from examined.accepted(list(examined.calls.dtypes(""))[:DTYPES])


def _decide(examined: Examined, case: Case) -> list[Finding]:
    assert examined.calls is not None
    is_usual = str(case) == str(examined.calls.usual(case.check))
    backends = examined.effort.backends
    program = plain(examined)
    for backend in ("eager", *backends) if is_usual else backends[-1:]:
        if findings := compared(examined, case, program, backend):
            return findings
    if examined.effort.arithmetic and is_usual:
        return compared(examined, case, computed_with(examined), backends[-1])
    return []


CHECK = RegistrationCheck(
    "compiled", "Does a compiled call do what the eager call does?", _decide, _cases
)
