"""A waiver covers a finding: whatever else its cases show is a failure like any other."""

import pytest

from conformance.events.finding import Finding, Kind
from conformance.events.verdict import Verdict

from .test_waived_cases import TOMORROW, YESTERDAY, waiver
from .toy import explored

READ = Finding("x", "read", kind=Kind.BOUNDS, line="k.py:3", cause="out-of-bounds read")
WRITE = Finding("x", "write", kind=Kind.BOUNDS, line="k.py:3", cause="out-of-bounds write")
LATER = Finding("x", "read", kind=Kind.BOUNDS, line="k.py:9", cause="out-of-bounds read")
OTHER = Finding("w", "read", kind=Kind.BOUNDS, line="k.py:3", cause="out-of-bounds read")
RACE = Finding("x", "race", kind=Kind.RACE, line="k.py:3", cause="write race")
NAMED = {"about": "x", "kind": "bounds", "line": "k.py:3", "cause": "out-of-bounds read"}


def by_waiver(event):
    return {failure.finding: failure.waiver for failure in event.failures}


def showing(findings):
    return lambda case: findings.get(case.axes["N"], [])


@pytest.mark.parametrize("other", [WRITE, LATER, OTHER, RACE])
@pytest.mark.parametrize("drawn", [False, True])
@pytest.mark.parametrize("order", [1, -1])
def test_a_finding_beside_the_waived_one_fails_in_the_same_case(other, drawn, order):
    decide = showing({5: [READ, other][::order]})
    event = explored(decide, fixed=(4, 5), drawn=drawn, waivers=[waiver("N == 5", **NAMED)])
    assert event.verdict is Verdict.FAIL
    assert by_waiver(event) == {other: None, READ: "known"}


@pytest.mark.parametrize("other", [WRITE, LATER, OTHER, RACE])
@pytest.mark.parametrize("drawn", [False, True])
def test_a_finding_beside_the_waived_one_fails_in_another_case(other, drawn):
    decide = showing({5: [READ], 6: [other]})
    event = explored(decide, fixed=(5, 6), drawn=drawn, waivers=[waiver("N == 5", **NAMED)])
    assert by_waiver(event) == {other: None, READ: "known"}


@pytest.mark.parametrize("other", [LATER, OTHER, RACE])
@pytest.mark.parametrize("cases", [{5: [READ, "other"]}, {5: [READ], 6: ["other"]}])
def test_a_waiver_that_names_no_finding_covers_no_two(other, cases):
    decide = showing({n: [other if f == "other" else f for f in fs] for n, fs in cases.items()})
    event = explored(decide, fixed=tuple(cases), waivers=[waiver("N >= 5")])
    assert by_waiver(event) == {READ: None, other: None}
    field = "about" if other is OTHER else "kind" if other is RACE else "line"
    note = f"waiver known fits 2 findings with another {field}: say which {field} it means"
    assert {failure.findings[0].message for failure in event.failures} == {note}


def test_a_waiver_that_names_no_cause_covers_no_two_of_one_case():
    event = explored(showing({5: [READ, WRITE]}), fixed=(5,), waivers=[waiver("N == 5")])
    assert by_waiver(event) == {READ: None, WRITE: None}
    assert "with another cause: say which cause" in event.failures[0].findings[0].message


def test_calls_that_differ_in_what_is_wrong_with_them_share_a_waiver():
    one, two = (Finding("k", "accepted", kind=Kind.ACCEPTED, cause=f"k={n}") for n in (0, -1))
    event = explored(showing({5: [one], 6: [two]}), fixed=(5, 6), waivers=[waiver("N >= 5")])
    assert by_waiver(event) == {one: "known", two: "known"}


def test_what_a_waiver_leaves_open_by_a_wildcard_it_covers():
    decide = showing({5: [READ, LATER, OTHER]})
    open_line = waiver("N == 5", line="*", about="x")
    event = explored(decide, fixed=(5,), waivers=[open_line])
    assert by_waiver(event) == {READ: "known", LATER: "known", OTHER: None}


def test_two_waivers_cover_two_findings_of_one_case():
    both = [waiver("N == 5", id="a", line="k.py:3"), waiver("N == 5", id="b", line="k.py:9")]
    event = explored(showing({5: [READ, LATER]}), fixed=(5,), waivers=both)
    assert event.verdict is Verdict.WAIVED and by_waiver(event) == {READ: "a", LATER: "b"}


def test_a_case_without_the_finding_of_its_waiver_fails():
    decide = showing({5: [READ], 6: [OTHER]})
    event = explored(decide, fixed=(5, 6), waivers=[waiver("N >= 5", about="x")])
    about = [failure.finding for failure in event.failures if failure.waiver is None]
    note = "does not show the finding, but waiver known says that it does: remove the waiver"
    assert [finding.message for finding in about] == ["read", note]


def test_an_expired_waiver_for_another_finding_says_nothing():
    old = waiver("N == 5", YESTERDAY, "old", about="x")
    new = waiver("N == 5", TOMORROW, "new", about="w")
    event = explored(showing({5: [OTHER, READ]}), fixed=(5,), waivers=[old, new])
    notes = {f.finding: [n.message for n in f.findings] for f in event.failures}
    assert notes == {READ: [f"waiver old expired on {YESTERDAY}", "read"], OTHER: ["read"]}


def test_a_new_fault_of_drawn_cases_shows_behind_a_waived_one():
    def decide(case):
        return [READ, *([LATER] if case.axes["N"] >= 8 else [])]

    event = explored(decide, fixed=(4,), drawn=True, waivers=[waiver("N >= 0", **NAMED)])
    assert event.verdict is Verdict.FAIL
    failing = [failure for failure in event.failures if failure.waiver is None]
    assert [f.finding for f in failing] == [LATER] and "N=8," in failing[0].case


def test_a_failure_does_not_shrink_into_a_waived_one():
    def decide(case):
        return [READ] if case.axes["N"] != 2 else [READ, OTHER]

    event = explored(decide, fixed=(64,), drawn=True, waivers=[waiver("N < 10", **NAMED)])
    failing = [failure for failure in event.failures if failure.waiver is None]
    assert {f.finding: f.case.partition("N=")[2][:3] for f in failing}[READ] == "10,"
