"""What a check had found is not lost when the subject ends the process."""

import pytest

from conformance.events.events import CaseStarted, CheckFinished, Failure
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import Verdict
from conformance.runs.ended import ended, together
from conformance.runs.process import Death

from ..asking.toy import case

WRONG = Failure(str(case(3)), (Finding("y", "wrong", kind=Kind.VALUE),), cases=4)
OTHER = Failure(str(case(5)), (Finding("z", "wrong", kind=Kind.VALUE),))
WAIVED = Failure(str(case(5)), (Finding("w", "wrong", kind=Kind.VALUE),), "known")
FOUND = {WRONG.finding.identity: WRONG}
CRASH = Death("call", "crashed with SIGSEGV", "")


def death(death=CRASH, number=2, found=FOUND):
    last = CaseStarted("values", str(case(number)), number)
    return ended("values", "?", death, last, found, 1.0)


def told(event):
    return [(failure.finding.about, failure.cases) for failure in event.failures]


def test_the_death_is_told_after_what_was_found_before():
    event = death()
    assert (event.verdict, event.reason) == (Verdict.FAIL, "crashed with SIGSEGV")
    assert told(event) == [("y", 4), ("call", 1)]


@pytest.mark.parametrize(("found", "verdict"), [({}, Verdict.ERROR), (FOUND, Verdict.FAIL)])
def test_the_end_of_the_suite_is_an_error_unless_something_was_found(found, verdict):
    event = death(Death("judge", "took too much", ""), found=found)
    assert (event.verdict, event.failures) == (verdict, tuple(found.values()))
    assert event.reason == "the suite's process ended while judging: took too much"


@pytest.mark.parametrize(
    ("further", "all_of_it"),
    [
        ((), [("y", 4), ("call", 1)]),
        ((WRONG, OTHER), [("y", 4), ("z", 1), ("call", 1)]),
        ((WAIVED, OTHER), [("w", 1), ("z", 1), ("y", 4), ("call", 1)]),
    ],
)
@pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.FAIL, Verdict.ERROR])
def test_each_finding_of_both_answers_is_told_once(further, all_of_it, verdict):
    event = together(death(), CheckFinished("values", "?", verdict, 7, 2.0, failures=further))
    assert told(event) == all_of_it
    assert (event.verdict, event.cases, event.seconds) == (Verdict.FAIL, 9, 3.0)
    assert event.reason == "crashed with SIGSEGV"


def test_a_second_death_of_the_same_kind_is_another_case_of_it():
    event = together(death(found={}), death(number=9, found={}))
    (failure,) = event.failures
    assert (failure.case, failure.cases) == (str(case(2)), 2)


def test_only_an_end_that_comes_at_once_is_worth_another_try():
    assert CRASH.crashed
    assert not Death("call", "no end after 2 s", "", limited=True).crashed
    assert not Death("judge", "crashed with SIGSEGV", "").crashed
