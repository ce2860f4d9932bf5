"""Medians, their spread, and intervals that hold the true value."""

from random import Random

import pytest

from conformance.measuring.statistics import (
    CONFIDENCE,
    Interval,
    change,
    interval,
    median,
    ratio,
    summary,
)


def test_a_summary_is_not_moved_by_an_outlier():
    found = summary([3.0, 1.0, 2.0, 1000.0, 2.5])
    assert (found.median, found.lower, found.upper) == (2.5, 2.0, 3.0)
    assert (found.least, found.count, found.spread) == (1.0, 5, 1.0)
    assert median([1.0, 2.0]) == 1.5


def test_no_samples_are_no_figure():
    with pytest.raises(ValueError, match="no samples"):
        summary([])


@pytest.mark.parametrize("count", [6, 15, 40])
def test_an_interval_holds_the_true_median_as_often_as_it_says(count):
    random = Random(count)
    draws = [[random.gauss(10, 3) for _ in range(count)] for _ in range(600)]
    held = sum(interval(samples).low <= 10 <= interval(samples).high for samples in draws)
    assert held / len(draws) > CONFIDENCE - 0.03
    assert all(interval(each).low <= interval(each).value <= interval(each).high for each in draws)


def test_few_samples_say_nothing():
    assert interval([1.0] * 5).width == float("inf")
    assert interval([1.0] * 6) == Interval(1.0, 1.0, 1.0)


def test_a_ratio_of_interleaved_rounds_does_not_see_what_slows_both_down():
    drift = [1.0 + 0.2 * number for number in range(20)]
    own, others = [2.0 * each for each in drift], [1.0 * each for each in drift]
    assert ratio(own, others) == Interval(2.0, 2.0, 2.0)
    assert interval(own).width > 0.5


def test_a_change_is_as_uncertain_as_both_runs_together():
    certain = change(Interval(2.4, 2.4, 2.4), Interval(2.0, 2.0, 2.0))
    assert (certain.value, certain.low, certain.high) == pytest.approx((1.2, 1.2, 1.2))
    both = change(Interval(2.0, 1.9, 2.1), Interval(2.0, 1.9, 2.1))
    one = change(Interval(2.0, 1.9, 2.1), Interval(2.0, 2.0, 2.0))
    assert both.width > one.width > 0.09
    assert change(Interval(2.0, 0.0, float("inf")), Interval(2.0, 2.0, 2.0)).width == float("inf")
