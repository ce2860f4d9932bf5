"""Numbers beyond a dtype that has no infinity: what saturates or gives NaN there is right."""

import pytest
import torch

from conformance.contract import Budget
from conformance.judge.budget import OVERFLOW, judge_floats

NAN, INF = float("nan"), float("inf")
WITHOUT_INFINITY = sorted(OVERFLOW, key=str)


def wrong(got, oracle, dtype, relative=0.0, absolute=0.0):
    """What is told of each number that is wrong, by its place."""
    budget = Budget(relative, absolute, "this test")
    found = [
        judge_floats(
            "w", torch.tensor([number]).to(dtype), torch.tensor([owed]).double(), budget
        )
        for number, owed in zip(got, oracle, strict=True)
    ]  # fmt: skip
    return {place: each.got for place, each in enumerate(found) if each}


def largest(dtype):
    return torch.finfo(dtype).max


@pytest.mark.parametrize("dtype", WITHOUT_INFINITY)
def test_numbers_within_the_range_are_judged_as_any_others(dtype):
    most = largest(dtype)
    right = [1.0, -0.5, most, -most, NAN]
    assert wrong(right, right, dtype) == {}
    assert wrong([2.0, most, NAN, NAN], [1.0, 1.0, 1.0, most], dtype) == {
        0: "2.0", 1: repr(most), 2: "nan", 3: "nan",
    }  # fmt: skip
    assert wrong([most, 1.0], [NAN, NAN], dtype) == {0: repr(most), 1: "1.0"}


@pytest.mark.parametrize("beyond", [1e6, INF])
@pytest.mark.parametrize("dtype", WITHOUT_INFINITY)
def test_beyond_the_range_the_largest_number_is_right_and_so_is_nan(dtype, beyond):
    most = largest(dtype)
    owed = [beyond, -beyond, beyond, -beyond]
    assert wrong([most, -most, NAN, NAN], owed, dtype) == {}
    assert wrong([most, -most, NAN, NAN], owed, dtype, relative=2.0**-10, absolute=0.5) == {}


@pytest.mark.parametrize("beyond", [1e6, INF])
@pytest.mark.parametrize("dtype", WITHOUT_INFINITY)
def test_beyond_the_range_nothing_else_is_right(dtype, beyond):
    most = largest(dtype)
    got, owed = [-most, most, most / 2, 0.0, 1.0], [beyond, -beyond, beyond, beyond, -beyond]
    assert set(wrong(got, owed, dtype)) == {0, 1, 2, 3, 4}


@pytest.mark.parametrize("dtype", WITHOUT_INFINITY)
def test_the_range_ends_where_numbers_round_to_none_of_the_dtype(dtype):
    below, end = OVERFLOW[dtype] - 1, OVERFLOW[dtype]
    assert wrong([NAN, NAN], [below, -below], dtype) == {0: "nan", 1: "nan"}
    assert wrong([NAN, NAN], [end, -end], dtype) == {}
    # A number within the budget is beyond the range, and gives NaN as well.
    assert wrong([NAN, NAN], [below, -below], dtype, absolute=1.0) == {}
    assert wrong([NAN, NAN], [below, -below], dtype, relative=2.0**-6) == {}
    assert wrong([NAN, NAN], [below, -below], dtype, absolute=0.5) == {0: "nan", 1: "nan"}


def test_a_dtype_with_an_infinity_owes_it():
    assert wrong([INF, -INF], [1e6, -1e6], torch.float8_e5m2) == {}
    assert wrong([NAN, 57344.0], [1e6, 1e6], torch.float8_e5m2) == {0: "nan", 1: "57344.0"}
