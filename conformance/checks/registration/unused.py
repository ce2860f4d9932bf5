"""Is a call kept whose result nobody uses, if it writes?

A compiler removes calls whose results are not used, unless the schema says that they write. Whoever
writes without saying so is removed, and the write with it.
"""

from conformance.case import Case
from conformance.checks.registration.check import RegistrationCheck, functional_calls, usual
from conformance.events.finding import Finding
from conformance.events.verdict import NotSupported
from conformance.registrations.examined import Examined
from conformance.registrations.programs import compared, unused


def _decide(examined: Examined, case: Case) -> list[Finding]:
    _, ran = examined.answered(case)
    if not ran.changed:
        raise NotSupported("it writes nothing: a call whose result nobody uses may go")
    for backend in examined.effort.backends:
        if findings := compared(examined, case, unused(examined), backend):
            return findings
    return []


CHECK = RegistrationCheck(
    "unused", "Is a call kept whose result nobody uses, if it writes?",
    _decide, usual, functional_calls,
)  # fmt: skip
