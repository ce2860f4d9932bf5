"""Runs that documents tell: a passing one, one with causes, one whose texts mean harm."""

from dataclasses import replace

from conformance.events.events import Failure, RunFinished
from conformance.events.finding import Finding, Kind
from conformance.events.identity import RunIdentity
from conformance.events.severity import Severity
from conformance.events.verdict import Verdict

from ..clusters.planted import IDS, WEIGHTS, asked
from ..clusters.test_causes import accepting, narrow, tail
from ..events import CHECKS, READY, RUN, START, in_run

HOSTILE = (
    "</script><img src=x onerror=alert(1)>\"'`|::error::x\n::set-env name=A::b %0A @all [l](j:x)"
)


def measured(check, faults):
    """A check whose cases have times and shares of their budget."""
    event = asked(check, faults)
    count = len(event.asked)
    failing = {line for failure in event.failures for line in failure.shown_by}
    shares = (2.5 if line in failing else 0.4 for line in event.asked)
    return replace(
        event,
        case_seconds=tuple(0.001 * (1 + place % 50) for place in range(count)),
        budget_used={"weights": tuple(shares)},
    )


def run_of(checks, verdict, run=RUN, **ready):
    """The events of a run with these checks."""
    counts = {}
    for event in checks:
        counts[str(event.verdict)] = counts.get(str(event.verdict), 0) + 1
    start = replace(START, time="2027-01-31T12:00:00.000+00:00")
    checks_asked = dict(CHECKS) | {event.check: event.question for event in checks}
    return in_run(
        run,
        [start, replace(READY, checks=checks_asked, **ready), *checks,
         RunFinished(verdict, counts, 4.5)],
    )  # fmt: skip


PASSING = run_of([measured("values", {}), measured("sizes", {})], Verdict.PASS)
WARNED = replace(accepting(7, 7), severity=Severity.WARN)
FAILING = run_of(
    [
        measured("values", {IDS: tail, WEIGHTS: lambda c: narrow(c) and not tail(c)}),
        measured("sizes", {IDS: tail}),
        WARNED,
    ],
    Verdict.FAIL,
)


def hostile():
    """A run in which everything that a stranger may say is :data:`HOSTILE`."""
    finding = Finding(
        HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, Kind.VALUE, line=HOSTILE, cause=HOSTILE
    )
    event = replace(
        measured("values", {}),
        verdict=Verdict.FAIL,
        question=HOSTILE,
        reason=HOSTILE,
        failures=(Failure("", (finding,)), Failure("", (finding,), HOSTILE)),
        budget_used={HOSTILE: (0.5,) * 288},
    )
    error = replace(event, check="ties", verdict=Verdict.ERROR, failures=())
    run = RunIdentity("00aa", HOSTILE, HOSTILE, HOSTILE)
    return run_of([event, error], Verdict.FAIL, run, subject=HOSTILE, origin=HOSTILE, mode=HOSTILE)
