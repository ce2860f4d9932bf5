"""The judge finds what is wrong, says where, and leaves alone what is open."""

import pytest
import torch
from conformance_kernels.gemma4_routing.contract import CONTRACT
from conformance_kernels.gemma4_routing.torch_route import route_torch

from conformance.contract import Budget, Selection
from conformance.judge.budget import judge_floats
from conformance.judge.judge import judge
from conformance.judge.selection import Rows, judge_ids, judge_selected

AXES = {"T": 3, "E": 4, "K": 2}
GATING = torch.tensor([[1.0, 2.0, 3.0, 0.0], [0.0, 0.0, 0.0, -1.0], [9.0, 8.0, 7.0, 6.0]])
SCALE = torch.tensor([1.0, 2.0, -3.0, 4.0])
LARGEST = Selection("gating", "E", "K")


def judged(change=lambda weights, ids: (weights, ids), gating=GATING, scale=SCALE):
    weights, ids = route_torch(gating, 2, scale)
    return judge(CONTRACT, AXES, (gating, 2, scale), change(weights, ids))


def only(findings):
    assert len(findings) == 1, findings
    return findings[0]


def test_a_right_answer_has_no_findings():
    assert judged() == []


@pytest.mark.parametrize(
    ("change", "about", "message"),
    [
        (lambda w, i: w, "result", "not the promised outputs"),
        (lambda w, i: (w, i, i), "result", "not the promised outputs"),
        (lambda w, i: (w, i.tolist()), "ids", "is no tensor"),
        (lambda w, i: (w[:2], i), "weights", "has the wrong shape"),
        (lambda w, i: (w, i.long()), "ids", "has the wrong dtype"),
        (lambda w, i: (w, i + 4), "ids", "ids outside the range"),
        (lambda w, i: (w, i[:, :1].expand(3, 2)), "ids", "the same id twice"),
        (lambda w, i: (w, (i + 1) % 4), "ids", "not the 2 largest of gating"),
        (lambda w, i: (w * 1.00001, i), "weights", "off by"),
        (lambda w, i: (w.flip(1), i), "weights", "off by"),
        (lambda w, i: (w * float("nan"), i), "weights", "off by"),
    ],
)
def test_each_wrong_answer_is_named(change, about, message):
    finding = only(judged(change))
    assert finding.about == about
    assert finding.message.startswith(message)


def test_slots_and_tie_winners_are_free():
    assert judged(lambda w, i: (w.flip(1), i.flip(1))) == []
    weights, ids = route_torch(GATING, 2, SCALE)
    other = ids.clone()
    other[1] = torch.tensor([1, 2])
    tied = torch.tensor([0.5, 0.5]) * SCALE[1:3]
    weights = weights.clone()
    weights[1] = tied
    assert judge(CONTRACT, AXES, (GATING, 2, SCALE), (weights, other)) == []


def test_a_row_with_nan_binds_its_ids_and_frees_its_weights():
    gating = GATING.clone()
    gating[0, 1] = float("nan")
    assert judged(lambda w, i: (torch.cat([w[:1] * 7, w[1:]]), i), gating) == []
    twice = judged(lambda w, i: (w, torch.cat([i[:1, :1].expand(1, 2), i[1:]])), gating)
    assert only(twice).message == "the same id twice in a row"


def test_findings_say_where():
    finding = only(judged(lambda w, i: (w + torch.tensor([[0.0], [0.0], [1.0]]), i)))
    assert finding.where.startswith("element [2, ")


def test_a_claimed_tie_rule_binds():
    values = torch.tensor([[5.0, 5.0, 5.0, 1.0]], dtype=torch.float64)
    ids = torch.tensor([[0, 2]])
    assert judge_selected(LARGEST, "ids", ids, values) is None
    lowest = Selection("gating", "E", "K", ties="lowest index first")
    finding = judge_selected(lowest, "ids", ids, values)
    assert finding is not None and "lowest index" in finding.message


def test_claimed_sorting_binds():
    values = torch.tensor([[5.0, 6.0, 1.0]], dtype=torch.float64)
    finding = judge_selected(
        Selection("gating", "E", "K", slots="sorted"), "ids", torch.tensor([[0, 1]]), values
    )
    assert finding is not None and "descending" in finding.message


def test_entries_closer_than_the_flush_limit_are_ties():
    values = torch.tensor([[1e-40, 3e-40, 0.0]], dtype=torch.float64)
    flushing = Selection("gating", "E", "K", flush=1.2e-38)
    assert judge_selected(flushing, "ids", torch.tensor([[2]]), values) is None
    assert judge_selected(LARGEST, "ids", torch.tensor([[2]]), values) is not None


def test_rows_are_counted_from_the_first_of_the_piece():
    finding = judge_ids("ids", torch.tensor([[0], [9]]), 4, rows=Rows(first=100))
    assert finding is not None and finding.where == "row 101"


@pytest.mark.parametrize(
    ("got", "wanted", "good"),
    [
        (1.0 + 1e-6, 1.0, True),
        (1.0 + 1e-5, 1.0, False),
        (float("nan"), float("nan"), True),
        (float("inf"), float("inf"), True),
        (float("inf"), float("-inf"), False),
        (3e38, float("inf"), False),
        (float("nan"), 1.0, False),
        (1.0, float("nan"), False),
        (5e-8, 0.0, True),
    ],
)
def test_the_budget_is_met_or_not(got, wanted, good):
    budget = Budget(2e-6, 1e-7, source="this test")
    finding = judge_floats(
        "weights",
        torch.tensor([[got]], dtype=torch.float64),
        torch.tensor([[wanted]], dtype=torch.float64),
        budget,
    )
    assert (finding is None) is good


def test_the_absolute_part_grows_with_the_magnitude_and_open_elements_are_left_out():
    budget = Budget(0.0, 1e-7, source="this test")
    got, wanted = torch.tensor([[1.0]]), torch.tensor([[1.0 + 1e-4]], dtype=torch.float64)
    big = torch.tensor([[1e4]], dtype=torch.float64)
    assert judge_floats("w", got, wanted, budget) is not None
    assert judge_floats("w", got, wanted, budget, magnitude=big) is None
    assert judge_floats("w", got, wanted, budget, open_elements=torch.tensor([[True]])) is None


def test_many_rows_are_judged_in_pieces_with_true_row_numbers(monkeypatch):
    monkeypatch.setattr("conformance.judge.pieces.ROWS_AT_ONCE", 2)
    finding = only(judged(lambda w, i: (w, torch.cat([i[:2], i[2:] + 4]))))
    assert finding.where == "row 2"


@pytest.mark.parametrize(
    ("change", "about"),
    [
        (lambda w, i: (w.double(), (i + 1) % 4), ["weights", "ids"]),
        (lambda w, i: (w[:2], i + 4), ["weights", "ids"]),
        (lambda w, i: (w * 2, i.long()), ["ids", "weights"]),
        (lambda w, i: (w.double() * 2, i), ["weights", "weights"]),
        (lambda w, i: (w.half() * 2, i), ["weights"]),
        # Without sound ids nobody knows which weights are owed; a wrong selection has its own.
        (lambda w, i: (w * 2, i[:2]), ["ids"]),
        (lambda w, i: (w * 2, i.float()), ["ids"]),
        (lambda w, i: (w * 2, (i + 1) % 4), ["ids"]),
    ],
)
def test_one_output_hides_nothing_of_another_that_can_be_judged_without_it(change, about):
    assert [finding.about for finding in judged(change)] == about
