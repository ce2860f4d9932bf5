"""Every distinct finding of a check is told once, with a case of its own and how many had it."""

from itertools import count

import pytest

from conformance.asking import exploration, smallest
from conformance.asking.explore import explore
from conformance.events.events import LeftOut
from conformance.events.finding import Finding, Kind
from conformance.events.request import Profile
from conformance.events.verdict import Verdict

from .toy import BENCH, PROFILE, WRONG, case, explored, toy_check

READ = Finding("x", "read", kind=Kind.BOUNDS, line="k.py:3", cause="out-of-bounds read")
OTHERS = [
    Finding("w", "read", kind=Kind.BOUNDS, line="k.py:3", cause="out-of-bounds read"),
    Finding("x", "read", kind=Kind.RACE, line="k.py:3", cause="out-of-bounds read"),
    Finding("x", "read", kind=Kind.BOUNDS, line="k.py:4", cause="out-of-bounds read"),
    Finding("x", "write", kind=Kind.BOUNDS, line="k.py:3", cause="out-of-bounds write"),
]


def told(event):
    """Findings with the size of their cases, and the number of cases."""
    return [(f.finding, int(f.case.partition("N=")[2].split(",")[0]), f.cases)
            for f in event.failures]  # fmt: skip


def shows(**sizes):
    """Shows the finding ``a`` in cases of these sizes, ``b`` in those, … ."""
    findings = {"a": READ, "b": OTHERS[0]}

    def decide(case):
        return [findings[name] for name, wanted in sizes.items() if wanted(case.axes["N"])]

    return decide


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("drawn", [False, True])
def test_findings_that_differ_in_one_thing_are_two(other, drawn):
    def decide(case):
        return {5: [READ], 6: [other]}.get(case.axes["N"], [])

    event = explored(decide, fixed=(5, 6), drawn=drawn)
    assert told(event) == [(READ, 5, 1), (other, 6, 1)]


@pytest.mark.parametrize("drawn", [False, True])
def test_what_one_case_shows_twice_is_told_with_a_case_for_each(drawn):
    decide = shows(a=lambda n: n >= 5, b=lambda n: n >= 8)
    event = explored(decide, fixed=(20,), drawn=drawn)
    small = [(READ, 5), (OTHERS[0], 8)] if drawn else [(READ, 20), (OTHERS[0], 20)]
    assert [(finding, size) for finding, size, _ in told(event)] == small


def test_the_same_finding_with_another_message_is_one():
    def decide(case):
        return [Finding("y", f"off by {case.axes['N']}", got=f"{case.axes['N']}", kind=Kind.VALUE)]

    event = explored(decide, fixed=(3, 4, 5))
    assert [(f.finding.message, f.cases) for f in event.failures] == [("off by 3", 3)]


@pytest.mark.parametrize("fixed", [(64,), ()])
def test_what_is_told_is_what_the_smallest_case_shows(fixed):
    def decide(case):
        size = case.axes["N"]
        return [Finding("y", f"off by {size}", kind=Kind.VALUE)] if size >= 5 else []

    event = explored(decide, fixed=fixed, drawn=True)
    (failure,) = event.failures
    assert "N=5," in failure.case and failure.finding.message == "off by 5"


def test_a_fault_of_drawn_cases_shows_beside_one_of_fixed_cases():
    profile = Profile("test", "", examples=200, largest=100, shrink_seconds=2.0)
    decide = shows(a=lambda n: n == 0, b=lambda n: n >= 8)
    event = explored(decide, fixed=(0,), drawn=True, profile=profile)
    assert [(finding, size) for finding, size, _ in told(event)] == [(READ, 0), (OTHERS[0], 8)]
    assert event.failures[1].cases > 1


def test_the_smallest_case_is_looked_for_from_the_smallest_that_was_listed():
    asked = []

    def decide(case):
        asked.append(case.axes["N"])
        return [WRONG] if case.axes["N"] in (64, 9) else []

    event = explored(decide, fixed=(64, 9), drawn=True)
    assert told(event)[0][1] == 9


@pytest.mark.parametrize("fixed", [(64,), ()])
def test_shrinking_stays_on_its_finding(fixed):
    decide = shows(a=lambda n: n >= 20, b=lambda n: n < 4)
    profile = Profile("test", "", examples=200, largest=100, shrink_seconds=2.0)
    event = explored(decide, fixed=fixed, drawn=True, profile=profile)
    assert {finding: size for finding, size, _ in told(event)} == {READ: 20, OTHERS[0]: 0}


def test_a_fault_that_only_shrinking_came_across_is_told_too():
    profile = Profile("test", "", 0, 100, 2.0)
    decide = shows(a=lambda n: n >= 20, b=lambda n: n == 1)
    event = explored(decide, fixed=(64,), drawn=True, profile=profile)
    assert told(event) == [(READ, 20, 1), (OTHERS[0], 1, 1)]


def test_no_case_is_asked_twice_but_the_last_ones():
    asked = []

    def decide(case):
        asked.append(str(case))
        return shows(a=lambda n: n >= 20, b=lambda n: 4 < n < 40)(case)

    event = explored(decide, fixed=(64, 30), drawn=True)
    assert len(event.failures) == 2
    assert len(asked) - len(set(asked)) == 2
    assert {line for line in asked if asked.count(line) == 2} == {f.case for f in event.failures}


def test_a_case_that_shows_something_else_the_next_time_is_not_repeatable():
    answers = iter([[READ], [OTHERS[0]]])
    event = explored(lambda case: next(answers), fixed=(4,))
    (failure,) = event.failures
    assert failure.finding == READ
    assert failure.findings[1].kind is Kind.NOT_REPEATABLE
    assert failure.findings[1].message.startswith("shows something else when it is asked again")


def test_each_finding_that_comes_and_goes_is_told_so():
    numbers = count()

    def decide(case):
        return [WRONG, *([READ] if next(numbers) == 0 else [])]

    event = explored(decide, fixed=(4, 5))
    notes = {f.finding: [n.kind for n in f.findings[1:]] for f in event.failures}
    assert notes == {WRONG: [], READ: [Kind.NOT_REPEATABLE]}


def test_asking_again_has_an_end_but_the_first_is_always_asked(monkeypatch):
    now, asked = [0.0], []

    def decide(case):
        asked.append(str(case))
        now[0] += 1.0
        return [Finding(f"y{case.axes['N']}", "is wrong")]

    monkeypatch.setattr(smallest, "monotonic", lambda: now[0])
    profile = Profile("test", "", 0, 100, shrink_seconds=2.0)
    event = explored(decide, fixed=range(10), profile=profile)
    assert len(event.failures) == 10
    assert [line for line in asked if asked.count(line) > 1] == [
        *[f.case for f in event.failures[:4]], *[f.case for f in event.failures[:4]],
    ]  # fmt: skip


class Clock:
    """A clock that goes on by a second with every case; every case shows the same."""

    def __init__(self, found=(WRONG,)):
        self.now, self.asked, self.found = 0.0, 0, list(found)

    def __call__(self):
        return self.now

    def decide(self, case):
        self.now += 1.0
        self.asked += 1
        return self.found


@pytest.mark.parametrize("seconds", [0, 3])
def test_after_a_failure_further_cases_are_asked_for_a_while(monkeypatch, seconds):
    monkeypatch.setattr(exploration, "monotonic", clock := Clock())
    profile = Profile("test", "", 20, 100, 0.0, further_seconds=float(seconds))
    event = explored(clock.decide, fixed=range(10), drawn=True, profile=profile)
    assert event.failures[0].cases == 1 + seconds
    assert len(event.left_out[LeftOut.ENDED]) == 9 - seconds


def test_a_check_that_draws_nothing_asks_all_its_cases(monkeypatch):
    monkeypatch.setattr(exploration, "monotonic", clock := Clock())
    profile = Profile("test", "", 20, 100, 0.0, further_seconds=0.0)
    event = explored(clock.decide, fixed=range(50), profile=profile)
    assert (event.failures[0].cases, event.left_out) == (50, {})


def test_a_check_that_passes_has_all_the_time_it_needs(monkeypatch):
    monkeypatch.setattr(exploration, "monotonic", clock := Clock([]))
    profile = Profile("test", "", 0, 100, 0.0, further_seconds=0.0)
    event = explored(clock.decide, fixed=range(50), drawn=True, profile=profile)
    assert (event.cases, event.verdict, event.left_out) == (50, Verdict.PASS, {})


@pytest.mark.parametrize("trouble", [RuntimeError("broke"), ValueError("no")])
def test_trouble_in_a_further_case_does_not_hide_the_failure(trouble):
    def decide(case):
        if case.axes["N"] == 5:
            raise trouble
        return [WRONG]

    event = explored(decide, fixed=(4, 5, 6))
    assert (event.verdict, event.reason, event.failures[0].cases) == (Verdict.FAIL, "", 2)


def test_a_finding_is_heard_of_before_the_next_case_is_asked():
    heard = []

    def decide(case):
        assert [failure.cases for failure in heard] == list(range(1, case.axes["N"]))
        return [WRONG]

    explore(toy_check(decide, fixed=(1, 2, 3)), BENCH, PROFILE, 1, heard=heard.append)
    assert {failure.case for failure in heard} == {str(case(1)).replace("seed=0", "seed=1")}
