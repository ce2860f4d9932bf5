"""Failures of one cause are one cluster; two faults stay two."""

from dataclasses import replace

import pytest

from conformance.events.events import CheckFinished, Failure
from conformance.events.finding import Finding, Kind
from conformance.events.severity import Severity
from conformance.events.verdict import Verdict
from conformance.reports.clusters import clusters_of

from .planted import IDS, WEIGHTS, asked

CHECKS = ("values", "dtypes", "ties", "special", "layout", "poison", "purity", "reuse",
          "repetition", "sizes")  # fmt: skip
BEYOND = Finding("x", "out-of-bounds read", kind=Kind.BOUNDS, line="k.py:7")


def tail(case):
    return case.axes["E"] % 32 > 0


def narrow(case):
    return case.tensors["x"].dtype == "bfloat16" and case.axes["K"] >= 9


def test_one_fault_that_ten_checks_see_is_one_cluster():
    (cluster,) = clusters_of([asked(check, {IDS: tail}) for check in CHECKS])
    assert tuple(cluster.checks) == CHECKS
    assert cluster.condition == "whenever E is no multiple of 32 (31 fails, 32 passes)"
    assert cluster.cases == 10 * 144


def test_findings_of_several_outputs_and_kinds_are_one_cluster_if_one_condition_explains_them():
    events = [
        asked("values", {IDS: tail, WEIGHTS: lambda c: tail(c) and c.axes["K"] > 1}),
        asked("bounds", {BEYOND: tail}),
    ]
    (cluster,) = clusters_of(events)
    assert cluster.finding == IDS and set(cluster.also) == {WEIGHTS, BEYOND}


@pytest.mark.parametrize("second", [WEIGHTS, IDS])
def test_two_planted_faults_stay_two(second):
    def own(case):
        return narrow(case) and not tail(case)

    faults = {IDS: tail} | {second: own if second is WEIGHTS else lambda c: tail(c) or narrow(c)}
    clusters = clusters_of([asked(check, faults) for check in ("values", "sizes")])
    assert {c.condition.split(" (")[0] for c in clusters} == {
        "whenever E is no multiple of 32",
        "only with x bfloat16 and K >= 9",
    }


def test_a_fault_whose_cases_lie_within_another_s_stays_one_of_its_own():
    faults = {WEIGHTS: lambda c: c.axes["T"] >= 32, IDS: lambda c: c.axes["T"] >= 200}
    clusters = clusters_of([asked("values", faults)])
    assert [c.condition.split(" (")[0] for c in clusters] == [
        "whenever T >= 32",
        "whenever T >= 200",
    ]


def test_checks_that_always_fail_for_reasons_of_their_own_are_not_put_together():
    fake = Finding("shape", "the fake kernel says another shape", kind=Kind.SHAPE)
    writes = Finding("x", "is written undeclared", kind=Kind.CHANGED)
    events = [asked("fake", {fake: lambda c: True}), asked("writes", {writes: lambda c: True})]
    assert len(clusters_of(events)) == 2


def accepting(count, total):
    """A check of wrong calls of which ``count`` are accepted; two more may be answered."""
    body = "T=8,E=8,K=2,x=float32/normal/dense"
    calls = [f"call:topk={n}" for n in range(total)] + ["call:x-int32", "call:x-float64"]
    lines = [f"route@arguments@{body},{call},seed=1" for call in calls]
    failures = tuple(
        Failure(line, (Finding("topk", "accepted", kind=Kind.ACCEPTED, cause=line.split(":")[1]
                               .split(",")[0]),))
        for line in lines[:count]
    )  # fmt: skip
    return CheckFinished(
        "arguments", "?", Verdict.FAIL, len(lines), 0.1, failures=failures, asked=tuple(lines)
    )


@pytest.mark.parametrize(
    ("count", "told"),
    [(7, "it refuses none of 7 wrong calls"), (4, "it refuses 3 of 7 wrong calls")],
)
def test_wrong_calls_that_are_accepted_are_one_cluster(count, told):
    (cluster,) = clusters_of([accepting(count, 7)])
    assert cluster.message == f"arguments: {told}"
    assert cluster.condition.startswith("accepted: topk=0, topk=1, topk=2")
    assert len(cluster.failures) == count


def test_calls_that_are_refused_speak_against_no_condition():
    events = [asked("values", {IDS: lambda c: c.axes["E"] == 8 or tail(c)}), accepting(2, 7)]
    fault, wrong = clusters_of(events)
    assert fault.condition == "whenever E is no multiple of 32 (31 fails, 32 passes)"
    assert list(wrong.checks) == ["arguments"]


def test_the_cluster_that_most_checks_see_comes_first_and_warnings_last():
    events = [
        replace(accepting(7, 7), severity=Severity.WARN),
        asked("values", {IDS: tail}),
        *(asked(check, {WEIGHTS: narrow}) for check in ("ties", "sizes")),
    ]
    clusters = clusters_of(events)
    assert [list(c.checks) for c in clusters] == [["ties", "sizes"], ["values"], ["arguments"]]
    assert [c.warning for c in clusters] == [False, False, True]


def test_what_a_waiver_covers_is_no_cause_and_what_is_said_of_a_waiver_is_one():
    waived = Failure("route@values@T=1,seed=0", (IDS,), "known-1")
    about = Finding("waiver", "expired", kind=Kind.WAIVER, cause="w")
    event = CheckFinished("values", "?", Verdict.FAIL, 1, failures=(waived, Failure("", (about,))))
    (cluster,) = clusters_of([event])
    assert (cluster.message, cluster.condition) == ("waiver: expired", "")


def test_a_run_that_is_broken_off_has_clusters_of_what_is_known():
    known = [replace(asked("values", {IDS: tail}), asked=(), cases=0)]
    (cluster,) = clusters_of(known)
    assert cluster.finding == IDS and cluster.condition


def test_findings_beyond_the_most_that_are_shown_do_not_pass_for_cases_that_pass():
    event = asked("values", {IDS: tail})
    hidden = replace(event, reason="3 further findings are not shown")
    assert clusters_of([hidden])[0].condition.startswith("in every case that values asks")


def test_a_line_that_is_no_case_breaks_nothing():
    failure = Failure("no case at all", (IDS,), None, 1, ("no case at all",))
    event = CheckFinished("values", "?", Verdict.FAIL, 1, failures=(failure,), asked=("?",))
    (cluster,) = clusters_of([event])
    assert (cluster.condition, dict(cluster.checks)) == ("", {"values": 1})
