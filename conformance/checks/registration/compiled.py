"""Does a compiled call do what the eager call does?

The call and a later read of all arguments are compiled as one graph, by the backends ``eager``,
``aot_eager`` and ``inductor``, with dense tensors and others. Bits are compared, those that are
left in the arguments as well; of an operator that consists of others, numbers to within 32 units in
the last place. ``qualify`` puts the call between arithmetic as well, for which inductor writes
kernels.
"""

from collections.abc import Iterable

from conformance.case import Case
from conformance.checks.registration.check import Effort, RegistrationCheck
from conformance.events.finding import Finding
from conformance.registrations.examined import Examined
from conformance.registrations.programs import compared, computed_with, plain

BACKENDS = ("eager", "aot_eager", "inductor")
LAYOUTS = 4
"""Layouts that are compiled, beside the dense one."""


def _cases(examined: Examined, effort: Effort) -> Iterable[Case]:
    assert examined.calls is not None
    usual = examined.calls.usual("")
    yield usual
    placed = list(examined.accepted(list(examined.calls.layouts(""))))
    step = max(1, len(placed) // (LAYOUTS if effort.thorough else 1))
    yield from placed[::step][:LAYOUTS]
    if effort.thorough:
        yield from examined.accepted(list(examined.calls.dtypes(""))[:2])


def _decide(examined: Examined, case: Case) -> list[Finding]:
    assert examined.calls is not None
    is_usual = str(case) == str(examined.calls.usual(case.check))
    program = plain(examined)
    for backend in BACKENDS if is_usual else BACKENDS[2:]:
        if findings := compared(examined, case, program, backend):
            return findings
    if examined.whole and is_usual:
        return compared(examined, case, computed_with(examined), BACKENDS[-1])
    return []


CHECK = RegistrationCheck(
    "compiled", "Does a compiled call do what the eager call does?", _decide, _cases
)
