"""Is a call kept whose result nobody uses, if it writes?

A compiler removes calls whose results are not used, unless the schema says that they write. Whoever
writes without saying so is removed, and the write with it. So is every call of an operator that
returns nothing and says that it writes nothing, unless torch is told that it has an effect
(``torch.fx.node.has_side_effect``): what it is called for, nobody else can see.
"""

from conformance.case import Case
from conformance.checks.registration.check import RegistrationCheck, functional_calls, usual
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import NotSupported
from conformance.registrations.examined import CallRefused, Examined
from conformance.registrations.programs import called, compared, unused
from conformance.torch_tracing import Kept


def _decide(examined: Examined, case: Case) -> list[Finding]:
    _, ran = examined.answered(case)
    if not ran.changed:
        return _without_a_trace(examined, case)
    for backend in examined.effort.backends:
        if findings := compared(examined, case, unused(examined), backend):
            return findings
    return []


def _without_a_trace(examined: Examined, case: Case) -> list[Finding]:
    registered = examined.registered
    if registered.schema.returns or registered.writes or registered.is_composite:
        raise NotSupported("it writes nothing: a call whose result nobody uses may go")
    program = Kept(unused(examined))
    _, raised = called(examined, examined.build(case), program)
    if raised:
        raise CallRefused(f"it cannot be compiled as one graph: {raised}")
    if registered.overload in program.operators:
        return []
    message = (
        "it returns nothing, and its schema says that it writes nothing: a compiler removes every "
        "call of it"
    )
    return [Finding("call", message, "removed", "kept", kind=Kind.OTHER, cause="removed")]


CHECK = RegistrationCheck(
    "unused", "Is a call kept whose result nobody uses, if it writes?",
    _decide, usual, functional_calls,
)  # fmt: skip
