"""Does a compiled call do what the eager call does?

The call and a later read of all arguments are compiled as one graph, by the backends ``eager``,
``aot_eager`` and ``inductor`` (but for ``quick``), with dense tensors and others. Bits are
compared, those that are left in the arguments as well; of an operator that consists of others,
numbers to within 32 units in the last place. ``qualify`` puts the call between arithmetic as well,
for which inductor writes kernels.
"""

from collections.abc import Iterable

from conformance.case import Case
from conformance.checks.registration.check import RegistrationCheck, can_be_functional
from conformance.events.finding import Finding, Kind
from conformance.registrations.examined import CallRefused, Examined
from conformance.registrations.programs import called, compared, computed_with, differences, plain

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
    backends = examined.effort.backends if can_be_functional(examined) else ()
    program = plain(examined)
    if findings := _taken_apart(examined, case):
        return findings
    for backend in ("eager", *backends) if is_usual else backends[-1:]:
        if findings := compared(examined, case, program, backend):
            return findings
    if examined.effort.arithmetic and is_usual and backends:
        return compared(examined, case, computed_with(examined), backends[-1])
    return []


def _taken_apart(examined: Examined, case: Case) -> list[Finding]:
    """What compilers take an operator apart into, against its own kernel, if it has both."""
    registered = examined.registered
    if not registered.is_composite or not registered.has_own_kernel:
        return []
    eager, apart = examined.build(case), examined.build(case)
    expected, raised = called(examined, eager, registered.overload)
    if raised:
        raise CallRefused(f"the operator refuses the call: {raised}")
    got, raised = called(examined, apart, registered.overload.decompose)
    if raised:
        message = "what compilers take it apart into raises"
        return [Finding("decomposition", message, raised, kind=Kind.RAISED)]
    return differences(examined, case, (eager, expected), (apart, got), "decomposition")


CHECK = RegistrationCheck(
    "compiled", "Does a compiled call do what the eager call does?", _decide, _cases
)
