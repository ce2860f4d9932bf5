"""Which ids are a selection: in range, different, those that come first, in the order owed."""

from dataclasses import replace

import pytest
import torch

from conformance.contract import Selection
from conformance.events.finding import Finding, Kind
from conformance.judge.selection import Rows, judge_ids, judge_selected

NAN, INF = float("nan"), float("inf")
LARGEST = Selection("gating", "E", "K")
SMALLEST = Selection("gating", "E", "K", order="smallest")


def found(message, got, wanted, row):
    """The finding about the ids of a row."""
    return Finding("ids", message, got, wanted, f"row {row}", kind=Kind.SELECTION)


def of(ids, length, **more):
    return judge_ids("ids", torch.tensor(ids), length, **more)


def selected(selection, ids, values, **more):
    values = torch.tensor(values, dtype=torch.float64)
    return judge_selected(selection, "ids", torch.tensor(ids), values, **more)


@pytest.mark.parametrize("ids", [[[0, 3], [3, 0]], [[2]], [[0, 1, 2, 3]]])
def test_different_ids_of_the_range_are_a_selection(ids):
    assert of(ids, 4) is None


@pytest.mark.parametrize("wrong", [[0, 4], [4, 0], [-1, 0], [0, -1], [9, 9]])
def test_an_id_outside_the_range_is_told_with_its_row(wrong):
    outside = "ids outside the range"
    assert of([[0, 1], wrong, wrong], 4) == found(outside, str(wrong), "0 … 3", 1)
    assert of([wrong], 4, rows=Rows(first=100)) == found(outside, str(wrong), "0 … 3", 100)
    assert of([[0, 1], wrong], 4, rows=Rows(first=100)) == found(outside, str(wrong), "0 … 3", 101)


@pytest.mark.parametrize("wrong", [[0, 0, 2], [0, 2, 0], [1, 2, 2], [3, 3, 3]])
def test_an_id_twice_is_told_wherever_both_stand(wrong):
    twice = "the same id twice in a row"
    assert of([[2, 0, 1], wrong, wrong], 4) == found(twice, str(wrong), "3 different ids", 1)
    assert of([wrong], 4, rows=Rows(first=100)) == found(twice, str(wrong), "3 different ids", 100)
    assert of([[2, 0, 1], wrong], 4, rows=Rows(first=7)) == found(
        twice, str(wrong), "3 different ids", 8
    )


def test_the_same_id_may_stand_in_two_rows():
    assert of([[0, 1], [1, 2], [1, 0]], 3) is None


@pytest.mark.parametrize(
    ("selection", "right", "half", "entries", "wanted"),
    [
        (LARGEST, [1, 0], [2, 0], "[3, 1]", "[3, 2]"),
        (LARGEST, [0, 1], [1, 2], "[2, 1]", "[3, 2]"),
        (SMALLEST, [2, 1], [0, 2], "[1, 3]", "[1, 2]"),
        (SMALLEST, [1, 2], [0, 1], "[2, 3]", "[1, 2]"),
    ],
)
def test_a_selection_that_is_half_right_is_wrong(selection, right, half, entries, wanted):
    values = [[3.0, 2.0, 1.0]] * 3
    assert selected(selection, [right] * 3, values) is None
    message = f"not the 2 {selection.order} of gating"
    got, owed = f"{half} with entries {entries}", f"entries {wanted}"
    assert selected(selection, [right, half, half], values) == found(message, got, owed, 1)
    later = selected(selection, [right, half, right], values, rows=Rows(first=50))
    assert later == found(message, got, owed, 51)


def test_a_row_with_a_nan_has_no_order_and_leaves_other_rows_theirs():
    values = [[NAN, 2.0, 1.0, 0.0], [3.0, 2.0, 1.0, 0.0]]
    strict = replace(LARGEST, ties="lowest index first", slots="sorted")
    for selection in (LARGEST, strict):
        assert selected(selection, [[2, 3], [0, 1]], values) is None
        assert selected(selection, [[0, 1], [3, 1]], values).where == "row 1"


def test_infinities_have_an_order():
    values = [[-INF, 1.0, INF]]
    assert selected(LARGEST, [[2, 1]], values) is None
    assert selected(LARGEST, [[1, 0]], values).wanted == "entries [inf, 1]"
    assert selected(SMALLEST, [[0, 1]], values) is None
    assert selected(LARGEST, [[0]], [[-INF, -INF]]) is None


def test_equal_entries_are_all_the_same_to_a_selection_without_a_rule():
    values = [[5.0, 5.0, 5.0, 1.0]]
    for ids in ([0, 1], [2, 0], [1, 2]):
        assert selected(LARGEST, [ids], values) is None


@pytest.mark.parametrize(("order", "values"), [("largest", [5, 5, 5, 1]), ("smallest", [1, 1, 1])])
def test_a_claimed_rule_for_ties_binds(order, values):
    rule = Selection("gating", "E", "K", order=order, ties="lowest index first")
    assert selected(rule, [[0, 1]], [values]) is None
    assert selected(rule, [[1, 0]], [values]) is None  # slots are another matter
    message = "ties are not resolved towards the lowest index"
    wrong = selected(rule, [[0, 1], [0, 2], [1, 2]], [values] * 3)
    assert wrong == found(message, "[0, 2]", "[0, 1]", 1)
    later = selected(rule, [[0, 1], [2, 0]], [values] * 2, rows=Rows(first=30))
    assert later == found(message, "[2, 0]", "[0, 1]", 31)


def test_a_rule_for_ties_holds_behind_larger_entries():
    rule = replace(LARGEST, ties="lowest index first")
    values = [[1.0, 7.0, 1.0, 1.0, 9.0]]
    assert selected(rule, [[4, 1, 0]], values) is None
    assert selected(rule, [[4, 1, 2]], values).wanted == "[4, 1, 0]"


def test_a_claimed_order_of_slots_binds():
    down, up = replace(LARGEST, slots="sorted"), replace(SMALLEST, slots="sorted")
    values = [[5.0, 6.0, 1.0]] * 2
    assert selected(down, [[1, 0], [1, 0]], values) is None
    assert selected(up, [[2, 0], [2, 0]], values) is None
    message = "slots are not in {} order"
    wrong = selected(down, [[1, 0], [0, 1]], values, rows=Rows(first=4))
    assert wrong == found(message.format("descending"), "[5, 6]", "[6, 5]", 5)
    wrong = selected(up, [[2, 0], [0, 2]], values, rows=Rows(first=4))
    assert wrong == found(message.format("ascending"), "[5, 1]", "[1, 5]", 5)
    assert selected(LARGEST, [[0, 1], [0, 1]], values) is None


def test_sorted_slots_may_hold_equal_entries_in_any_order():
    down = replace(LARGEST, slots="sorted")
    assert selected(down, [[1, 0, 2]], [[5.0, 5.0, 1.0]]) is None
    assert selected(down, [[1, 2, 0]], [[5.0, 5.0, 1.0]]).got == "[5, 1, 5]"


def test_entries_no_farther_apart_than_flush_are_equal():
    flushing = replace(LARGEST, flush=0.5)
    assert selected(flushing, [[1]], [[2.0, 1.5]]) is None
    assert selected(flushing, [[1]], [[2.0, 1.25]]) is not None
    assert selected(replace(flushing, slots="sorted"), [[1, 0]], [[2.0, 1.5]]) is None
    assert selected(LARGEST, [[1]], [[2.0, 1.9999999]]) is not None


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_entries_as_close_as_a_part_of_the_larger_are_equal(sign):
    order = "largest" if sign > 0 else "smallest"
    close = Selection("gating", "E", "K", order=order, close=0.25)
    assert selected(close, [[1]], [[sign * 8.0, sign * 6.0]]) is None
    assert selected(close, [[1]], [[sign * 8.0, sign * 5.75]]) is not None
    both = replace(close, flush=3.0)
    assert selected(both, [[1]], [[sign * 8.0, sign * 5.0]]) is None
    assert selected(both, [[1]], [[sign * 80.0, sign * 60.0]]) is None
    assert selected(both, [[1]], [[sign * 8.0, sign * 4.75]]) is not None


def test_rows_of_several_leading_dimensions_are_told_by_their_place():
    named = Rows((2, 3), first=10)
    assert [named.name(row) for row in (0, 4)] == ["row [10, 0]", "row [11, 1]"]
