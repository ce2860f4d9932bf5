"""The largest error is told as a share of what is allowed, also where nothing is wrong."""

import torch

from conformance.contract import Budget
from conformance.judge.budget import judge_floats
from conformance.judge.used import MOST, BudgetUsed

BUDGET = Budget(0.0, 1.0, source="test")


def share(got, oracle, budget=BUDGET, **more):
    used = BudgetUsed()
    judge_floats(
        "w", torch.tensor(got), torch.tensor(oracle, dtype=torch.float64), budget, used=used, **more
    )
    return used.take()


def test_the_largest_error_counts():
    assert share([1.25, 2.5], [1.0, 2.0]) == {"w": 0.5}
    assert share([1.0, 2.0], [1.0, 2.0]) == {"w": 0.0}


def test_a_failure_uses_more_than_everything():
    assert share([1.0, 5.0], [1.0, 2.0]) == {"w": 3.0}
    assert share([float("nan")], [1.0]) == {"w": MOST}
    assert share([2.0], [1.0], Budget(0.0, 0.0, source="exact")) == {"w": MOST}


def test_what_is_not_judged_and_what_is_the_same_uses_nothing():
    assert share([9.0, 1.5], [1.0, 1.0], open_elements=torch.tensor([True, False])) == {"w": 0.5}
    inf, nan = float("inf"), float("nan")
    assert share([inf, nan, -inf], [inf, nan, -inf]) == {"w": 0.0}
    assert share([], []) == {}


def test_calls_of_one_case_are_told_together_and_only_once():
    used = BudgetUsed()
    for number in (0.25, 0.12345, 0.2):
        used.note("w", number)
    used.note("v", 0.12345)
    assert used.take() == {"w": 0.25, "v": 0.123}
    assert used.take() == {}
