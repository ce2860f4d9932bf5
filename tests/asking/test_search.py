"""Hypothesis draws cases and makes them small; the harness's own trouble is not hidden."""

import pytest

from conformance.asking import search
from conformance.asking.search import draw, shrink_drawn
from conformance.inputs.draw import cases

from .toy import CONTRACT

STRATEGY = cases(CONTRACT, "toy", values={"x": ("normal", "signed", "nan")}, layouts=True)


def drawn(examples=50, seed=1):
    """The cases that are drawn, in order."""
    found = []
    assert draw(STRATEGY, lambda case: found.append(case) or True, examples, seed)
    return found


def shrunk(fails, examples=200, seed=1, seconds=10.0):
    """What becomes of the first drawn case that fails."""
    first = next(case for case in drawn(examples, seed) if fails(case))
    return shrink_drawn(first, STRATEGY, fails, examples, seed, seconds)


def from_seven(case):
    return case.axes["N"] >= 7


def test_the_case_that_comes_back_is_the_smallest():
    assert str(shrunk(from_seven)) == "double@toy@N=7,x=float32/normal/dense,seed=0"


def test_what_is_shrunk_is_the_case_that_was_given():
    few = {str(case) for case in drawn() if case.axes["N"] < 7}
    last = [case for case in drawn() if case.axes["N"] >= 7][-1]
    asked = []

    def fails(case):
        asked.append(str(case))
        return from_seven(case)

    small = shrink_drawn(last, STRATEGY, fails, 50, 1, 10.0)
    assert small.axes["N"] == 7
    between = {str(case) for case in drawn()} - few - {str(last)}
    assert len(between) > 3 and not between & set(asked)


def test_a_case_that_is_not_drawn_is_not_shrunk():
    other = drawn(seed=2)[-1]
    assert shrink_drawn(other, STRATEGY, lambda case: True, 20, 1, 10.0) is None


def test_the_same_seed_asks_the_same_cases_and_another_seed_others():
    assert drawn(30, 1) == drawn(30, 1) != drawn(30, 2)


def test_no_case_is_asked_twice():
    lines = []

    def fails(case):
        lines.append(str(case))
        return case.axes["N"] >= 3

    first = next(case for case in drawn(100) if case.axes["N"] >= 3)
    shrink_drawn(first, STRATEGY, fails, 100, 1, 10.0)
    assert len(lines) > 5 and len(lines) == len(set(lines))
    assert len(drawn(100)) == len({str(case) for case in drawn(100)})


def test_about_as_many_cases_are_drawn_as_were_asked_for():
    assert 20 <= len(drawn(40)) <= 40


def test_drawing_ends_when_it_is_told_to():
    taken = []
    assert not draw(STRATEGY, lambda case: taken.append(case) or len(taken) < 3, 50, 1)
    assert len(taken) == 3


@pytest.mark.parametrize("error", [RuntimeError("the oracle broke"), KeyboardInterrupt()])
def test_an_exception_of_the_harness_passes_through_unchanged(error):
    def raises(case):
        raise error

    with pytest.raises(type(error)) as caught:
        draw(STRATEGY, raises, 20, 1)
    assert caught.value is error
    with pytest.raises(type(error)) as caught:
        shrink_drawn(drawn()[3], STRATEGY, raises, 50, 1, 10.0)
    assert caught.value is error


class Clock:
    """A clock that goes on by one second with every case that is asked."""

    def __init__(self):
        self.now, self.asked = 0.0, []

    def __call__(self):
        return self.now

    def fails(self, case):
        self.now += 1.0
        self.asked.append(case)
        return from_seven(case)


@pytest.mark.parametrize("seconds", [0, 1, 5])
def test_no_case_is_asked_when_the_time_for_shrinking_is_over(monkeypatch, seconds):
    first = next(case for case in drawn(200) if case.axes["N"] >= 20)
    clock = Clock()
    monkeypatch.setattr(search, "monotonic", clock)
    found = shrink_drawn(first, STRATEGY, clock.fails, 200, 1, float(seconds))
    assert len(clock.asked) == seconds
    assert found in [first, *(case for case in clock.asked if from_seven(case))]
    if not seconds:
        assert found == first


def test_a_case_that_failed_once_comes_back_whatever_it_shows_now():
    assert shrink_drawn(drawn()[3], STRATEGY, lambda case: False, 50, 1, 1.0) == drawn()[3]


def test_no_source_code_has_a_say_in_what_is_drawn(monkeypatch):
    """Hypothesis would take numbers out of modules that are not installed: other ones elsewhere."""
    providers = pytest.importorskip("hypothesis.internal.conjecture.providers")
    before = dict(vars(providers))

    def read_sources():
        raise AssertionError("the source of modules is read")

    monkeypatch.setattr(providers, "_get_local_constants", read_sources)
    assert drawn(200) == drawn(200)
    monkeypatch.undo()
    after = dict(vars(providers))
    assert after["_get_local_constants"] is before["_get_local_constants"]
    assert after["CONSTANTS_CACHE"] is before["CONSTANTS_CACHE"]
