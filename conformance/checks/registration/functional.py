"""Does functionalisation leave every argument alone, and lose no write?

Compilers first turn a program that writes into one that does not: whatever an operator declares as
written is copied, and the copy is written. So no argument may change any more, and a later read
must see what the eager call leaves. A write that the schema does not declare goes past this.
"""

from conformance.case import Case
from conformance.checks.registration.check import RegistrationCheck, functional_calls, usual
from conformance.events.finding import Finding, Kind
from conformance.registrations.examined import CallRefused, Examined
from conformance.registrations.programs import called, differences, plain
from conformance.registrations.stored import changes, snapshot
from conformance.torch_tracing import functional


def _decide(examined: Examined, case: Case) -> list[Finding]:
    eager, other = examined.build(case), examined.build(case)
    program = plain(examined)
    expected, raised = called(examined, eager, program)
    if raised:
        raise CallRefused(f"the operator refuses the call: {raised}")
    before = snapshot(other.tensors)
    got, raised = called(examined, other, functional(program))
    if raised:
        message = "it cannot be made functional"
        return [Finding("functional", message, raised, kind=Kind.RAISED, cause="functionalize")]
    findings = []
    for name in changes(other.tensors, before):
        message = "it is written although functionalisation has turned every write into a copy"
        findings.append(Finding(name, message, kind=Kind.CHANGED, cause="functionalize"))
    untouched = examined.build(case)
    return findings or differences(
        examined, case, (untouched, expected), (other, got), "functional"
    )


CHECK = RegistrationCheck(
    "functional", "Does functionalisation leave every argument alone, and lose no write?",
    _decide, usual, functional_calls,
)  # fmt: skip
