"""What comes of a check in which the worker ended before its answer came."""

from collections.abc import Mapping
from dataclasses import replace

from conformance.events.events import CaseStarted, CheckFinished, Failure
from conformance.events.finding import Finding, Identity, Kind
from conformance.events.verdict import Verdict
from conformance.runs.process import Death


def told(death: Death) -> str:
    """A death on one line."""
    return death.how + (f"; its output ends: {death.output[-500:]}" if death.output else "")


def ended(
    check: str,
    question: str,
    death: Death,
    last: CaseStarted | None,
    found: Mapping[Identity, Failure],
    seconds: float,
) -> CheckFinished:
    """A verdict for a worker that died: the subject's fault only if it died within its call.

    What the check had ``found`` before stays.
    """
    cases = last.number if last else 0
    failures = tuple(found.values())
    if death.phase != "call" or last is None:
        reason = f"the suite's process ended while judging: {told(death)}"
        verdict = Verdict.FAIL if failures else Verdict.ERROR
        return CheckFinished(check, question, verdict, cases, seconds, reason, failures)
    got = f"output ending in: {death.output[-500:]}" if death.output else ""
    finding = Finding("call", death.how, got, kind=Kind.DIED, cause=death.how)
    died = Failure(last.case, (finding,))
    return CheckFinished(
        check, question, Verdict.FAIL, cases, seconds, death.how, (*failures, died)
    )


def together(first: CheckFinished, further: CheckFinished) -> CheckFinished:
    """A check that ended with the worker, and the same check once more without that case.

    Each finding is told once: as the further answer has it, but deaths with their first case.
    """
    told_again = {f.finding.identity: f for f in further.failures if f.waiver is None}
    kept = []
    for failure in first.failures:
        again = told_again.get(failure.finding.identity)
        if again is None:
            kept.append(failure)
        elif failure.finding.kind is Kind.DIED:
            kept.append(replace(failure, cases=failure.cases + again.cases))
    known = {failure.finding.identity for failure in kept}
    return replace(
        further,
        verdict=Verdict.FAIL,
        cases=first.cases + further.cases,
        seconds=first.seconds + further.seconds,
        reason=first.reason,
        failures=(
            *(f for f in further.failures if f.waiver or f.finding.identity not in known),
            *kept,
        ),
    )
