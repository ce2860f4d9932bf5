"""What comes of a check in which the judge's process ended before its answer came."""

from collections.abc import Mapping

from conformance.events.events import CaseStarted, CheckFinished, Failure
from conformance.events.finding import Identity
from conformance.events.verdict import Verdict
from conformance.runs.process import Death


def told(death: Death) -> str:
    """A death on one line."""
    tail = f"; its output ends: {death.output[-500:]}" if death.output else ""
    return f"the process that judges {death.how}{tail}"


def ended(
    check: str,
    question: str,
    death: Death,
    last: CaseStarted | None,
    found: Mapping[Identity, Failure],
    seconds: float,
) -> CheckFinished:
    """The verdict is ERROR, for no code of the subject runs there, unless a failure was found
    before: that stays."""
    failures = tuple(found.values())
    verdict = Verdict.FAIL if failures else Verdict.ERROR
    cases = last.number if last else 0
    return CheckFinished(check, question, verdict, cases, seconds, told(death), failures)


def broken_off(
    check: str, question: str, found: Mapping[Identity, Failure], seconds: float
) -> CheckFinished:
    """The verdict of a check that has failed already when the run is broken off."""
    reason = "broken off; what was found by then is told"
    failures = tuple(found.values())
    return CheckFinished(check, question, Verdict.FAIL, len(found), seconds, reason, failures)
