"""Hypothesis finds a failing case and makes it small; the harness's own trouble is not hidden."""

from time import sleep

import pytest

from conformance.asking.search import search
from conformance.inputs.draw import cases

from .toy import CONTRACT

STRATEGY = cases(CONTRACT, "toy", values={"x": ("normal", "signed", "nan")}, layouts=True)


def test_the_case_that_comes_back_is_the_smallest():
    found = search(STRATEGY, lambda case: case.axes["N"] >= 7, 200, 1, 10.0)
    assert str(found) == "double@toy@N=7,x=float32/normal/dense,seed=0"


def test_nothing_comes_back_if_nothing_fails():
    assert search(STRATEGY, lambda case: False, 50, 1, 10.0) is None


def test_the_same_seed_asks_the_same_cases_and_another_seed_others():
    def asked(seed):
        lines = []
        search(STRATEGY, lambda case: bool(lines.append(str(case))), 30, seed, 10.0)
        return lines

    assert asked(1) == asked(1) != asked(2)


def test_no_case_is_asked_twice():
    lines = []

    def fails(case):
        lines.append(str(case))
        return case.axes["N"] >= 3

    search(STRATEGY, fails, 100, 1, 10.0)
    assert len(lines) > 5 and len(lines) == len(set(lines))


def test_about_as_many_cases_are_drawn_as_were_asked_for():
    lines = []
    search(STRATEGY, lambda case: bool(lines.append(str(case))), 40, 1, 10.0)
    assert 20 <= len(lines) <= 40


def test_an_exception_of_the_harness_passes_through_unchanged():
    error = RuntimeError("the oracle broke")

    def fails(case):
        raise error

    with pytest.raises(RuntimeError, match="the oracle broke") as caught:
        search(STRATEGY, fails, 20, 1, 10.0)
    assert caught.value is error


def test_trouble_with_a_simpler_case_does_not_hide_the_failure():
    failed = []

    def fails(case):
        if case.axes["N"] >= 5:
            failed.append(case)
        elif failed:
            raise RuntimeError("the oracle cannot bear so few")
        return case.axes["N"] >= 5

    assert search(STRATEGY, fails, 200, 1, 10.0).axes["N"] == 5


def test_an_interruption_is_not_a_failing_case():
    def fails(case):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search(STRATEGY, fails, 20, 1, 10.0)


@pytest.mark.parametrize("seconds", [0.0, 0.05])
def test_when_the_time_for_shrinking_is_over_a_case_that_failed_comes_back(seconds):
    failed = set()

    def fails(case):
        sleep(0.01)
        if case.axes["N"] >= 7:
            failed.add(str(case))
        return case.axes["N"] >= 7

    found = search(STRATEGY, fails, 200, 5, seconds)
    assert str(found) in failed


def test_a_case_that_fails_only_once_is_still_found():
    answers = iter([True] + [False] * 1000)
    assert search(STRATEGY, lambda case: next(answers), 50, 1, 1.0) is not None
