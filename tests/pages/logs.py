"""Logs of every kind that a page has to show."""

from dataclasses import replace

from conformance.events.identity import new_id
from conformance.events.verdict import Verdict
from conformance.reports.merge import merge

from ..reports.clusters.planted import IDS, WEIGHTS, asked
from ..reports.clusters.test_causes import narrow, tail
from ..reports.documents.runs import FAILING, PASSING, RUN, hostile, measured, run_of

RELEASES, OPERATORS = 16, 10
CHECKS = ("values", "dtypes", "ties", "special", "layout", "sizes")


def small(check, faults):
    """A check with few cases: logs of many runs are large by their runs."""
    event = asked(check, faults)
    return replace(event, asked=event.asked[::24], failures=event.failures[:1])


def family(count=OPERATORS):
    """Ten operators, of which every third fails."""
    runs = []
    for number in range(count):
        run = replace(RUN, id=new_id(), operator=f"attention_{number}_with_a_long_name")
        faults = {} if number % 3 else {IDS: tail, WEIGHTS: lambda c: narrow(c) and not tail(c)}
        checks = [measured(check, faults) for check in CHECKS[:3]]
        runs.append(run_of(checks, Verdict.FAIL if faults else Verdict.PASS, run))
    return merge(runs)


def releases():
    """Sixteen releases of ten operators."""
    right = [small(check, {}) for check in CHECKS]
    wrong = [small(check, {IDS: tail}) for check in CHECKS]
    runs = []
    for release in range(RELEASES):
        for number in range(OPERATORS):
            run = replace(RUN, id=new_id(), operator=f"operator_{number}", subject=f"v=={release}")
            checks = wrong if release % 4 == 0 else right
            verdict = Verdict.FAIL if release % 4 == 0 else Verdict.PASS
            runs.append(run_of(checks, verdict, run, subject=f"vllm-rbln==0.{release}.0"))
    return merge(runs)


LOGS = {
    "passing": PASSING,
    "failing": FAILING,
    "hostile": hostile(),
    "broken off": FAILING[:3],
    "empty": merge([]),
    "family": family(),
    "releases": releases(),
}
