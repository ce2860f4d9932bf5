"""Floats within their budget have no finding; the finding about others tells the worst of them."""

import pytest
import torch

from conformance.contract import Budget
from conformance.events.finding import Finding, Kind
from conformance.judge.budget import judge_floats

NAN, INF = float("nan"), float("inf")


def judged(got, oracle, relative=0.0, absolute=0.0, dtype=torch.float32, smallest=0.0, **more):
    got = torch.tensor(got, dtype=dtype)
    oracle = torch.tensor(oracle, dtype=torch.float64)
    budget = Budget(relative, absolute, "this test", smallest=smallest)
    return judge_floats("w", got, oracle, budget, **more)


def doubles(*numbers):
    return torch.tensor(numbers, dtype=torch.float64)


def test_a_finding_tells_the_worst_element_and_how_many_there_are():
    got = [[1.0, 2.0, 3.0], [4.5, 5.0, 8.0]]
    wanted = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    assert judged(got, wanted, absolute=0.25) == Finding(
        "w", "off by 2, allowed 0.25 (2 of 6 elements)", "8.0", "6.0", "element [1, 2]",
        kind=Kind.VALUE,
    )  # fmt: skip


def test_the_worst_element_is_the_one_farthest_beyond_what_is_allowed():
    found = judged([1010.0, 1.5], [1000.0, 1.0], relative=0.125)
    assert (found.where, found.message) == (
        "element [1]",
        "off by 0.5, allowed 0.125 (1 of 2 elements)",
    )
    found = judged([2000.0, 1.5], [1000.0, 1.0], relative=0.125)
    assert found.where == "element [0]"
    found = judged([1300.0, 1.5], [1000.0, 1.0], relative=0.125)
    assert (found.where, found.got, found.wanted) == ("element [1]", "1.5", "1.0")


@pytest.mark.parametrize("got", [[9.0, NAN, 5.0], [9.0, 1.0, NAN]])
def test_a_number_that_is_none_is_the_worst(got):
    found = judged(got, [1.0, 1.0, 1.0], absolute=0.5)
    assert (found.got, found.wanted) == ("nan", "1.0")
    assert found.where == f"element [{[str(x) for x in got].index('nan')}]"
    assert found.message.startswith("off by nan, allowed 0.5 ")


def test_rows_are_counted_from_the_first_of_the_piece():
    assert judged([[1.0, 9.0]], [[1.0, 1.0]], first_row=10).where == "element [10, 1]"
    assert judged([1.0, 9.0], [1.0, 1.0], first_row=10).where == "element [11]"
    assert judged([1.0, 9.0], [1.0, 1.0]).where == "element [1]"
    assert judged(9.0, 1.0, first_row=10).where == "element []"


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_what_is_allowed_are_the_parts_of_the_budget_together(sign):
    parts = {"relative": 0.25, "absolute": 0.5, "smallest": 0.125}
    for off in (1.625, -1.625):
        assert judged([sign * 4 + off], [sign * 4], **parts) is None
        assert judged([sign * 4 + 1.01 * off], [sign * 4], **parts) is not None
    assert judged([5.0 * sign], [4.0 * sign], relative=0.25) is None
    assert judged([5.25 * sign], [4.0 * sign], relative=0.25) is not None


def test_a_magnitude_scales_the_absolute_part_alone():
    magnitude = doubles(1.0, 3.0)
    allowed = {"relative": 0.25, "absolute": 0.5, "smallest": 0.125, "magnitude": magnitude}
    assert judged([5.625, 6.625], [4.0, 4.0], **allowed) is None
    found = judged([5.625, 6.75], [4.0, 4.0], **allowed)
    assert (found.where, found.message) == (
        "element [1]",
        "off by 2.75, allowed 2.62 (1 of 2 elements)",
    )
    found = judged([5.75, 4.0], [4.0, 4.0], **allowed)
    assert (found.where, found.message) == (
        "element [0]",
        "off by 1.75, allowed 1.62 (1 of 2 elements)",
    )


def test_open_elements_are_neither_judged_nor_told():
    left = torch.tensor([True, False, False])
    assert judged([NAN, 1.0, 2.0], [1.0, 1.0, 2.0], open_elements=left) is None
    found = judged([NAN, 1.0, 3.0], [1.0, 1.0, 2.0], open_elements=left)
    assert (found.where, found.message) == ("element [2]", "off by 1, allowed 0 (1 of 3 elements)")


@pytest.mark.parametrize(
    ("got", "oracle"), [(NAN, NAN), (INF, INF), (-INF, -INF), (0.0, -0.0), (INF, 7e4), (-INF, -7e4)]
)
def test_what_the_dtype_makes_of_the_oracle_is_right(got, oracle):
    assert judged([got], [oracle], dtype=torch.float16) is None


@pytest.mark.parametrize(
    ("got", "oracle", "wanted"),
    [
        (INF, -INF, "-inf"), (65504.0, INF, "inf"), (NAN, INF, "inf"), (NAN, 1.0, "1.0"),
        (1.0, NAN, "nan"), (INF, 60000.0, "60000.0"), (65504.0, 7e4, "inf"), (-INF, 7e4, "inf"),
        (INF, NAN, "nan"), (1.0009765625, 1.0004, "1.0004"),
    ],
)  # fmt: skip
def test_anything_else_is_told_with_what_the_dtype_makes_of_the_oracle(got, oracle, wanted):
    found = judged([got], [oracle], dtype=torch.float16)
    assert (found.got, found.wanted) == (
        repr(float(torch.tensor(got, dtype=torch.float16))),
        wanted,
    )


def test_near_the_end_of_the_range_infinity_is_right_if_a_number_within_the_budget_is():
    near = {"dtype": torch.float16, "absolute": 32.0}
    assert judged([INF, -INF], [65500.0, -65500.0], **near) is None
    assert judged([INF], [65400.0], **near).wanted == "65400.0"
    assert judged([-INF], [65500.0], **near) is not None
    assert judged([65504.0], [65500.0], **near) is None


def test_an_infinite_oracle_is_met_by_nothing_finite():
    found = judged([3e38], [INF], relative=0.5, absolute=1e30)
    assert (found.where, found.wanted) == ("element [0]", "inf")


def test_integers_have_budgets_too():
    assert judged([3], [3.25], absolute=0.25, dtype=torch.int32) is None
    found = judged([3, 4], [3.25, 3.25], absolute=0.25, dtype=torch.int32)
    assert (found.got, found.wanted, found.where) == ("4.0", "3.25", "element [1]")


def test_an_answer_without_elements_is_right():
    assert judged([], []) is None


def test_an_infinity_is_wrong_for_zero_however_large_the_budget():
    for got in (INF, -INF):
        assert judged([got], [0.0], absolute=1e30).wanted == "0.0"


def test_the_infinity_owed_is_told_though_other_elements_are_finite():
    found = judged([[1.0, 65504.0], [2.0, 3.0]], [[1.0, 7e4], [2.0, 3.0]], dtype=torch.float16)
    assert (found.where, found.got, found.wanted) == ("element [0, 1]", "65504.0", "inf")


def test_an_integer_is_no_better_for_being_the_oracle_cut_off():
    assert judged([3], [3.25], absolute=0.125, dtype=torch.int32).wanted == "3.25"
