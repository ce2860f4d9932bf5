"""A large case is judged in pieces, and a finding names the row of the whole case."""

from dataclasses import replace

import pytest
import torch

from conformance.contract import Answer, Budget, Derived, LeadingAxes, Output, TensorArgument
from conformance.judge.judge import judge
from conformance.judge.pieces import ROWS_AT_ONCE, Piece, pieces

from .contracts import DOUBLE, EXACT, LEADING, PAIR, TOP

ROWS = 7
X = torch.arange(21.0).reshape(ROWS, 3)
SIZES = {"M": ROWS, "N": 3}


@pytest.fixture(autouse=True)
def three_rows_at_once(monkeypatch):
    monkeypatch.setattr("conformance.judge.pieces.ROWS_AT_ONCE", 3)


def where(contract, axes, arguments, result, **more):
    """Where each finding of a call is."""
    return [
        (found.about, found.where) for found in judge(contract, axes, arguments, result, **more)
    ]


def wrong_at(tensor, *place):
    tensor = tensor.clone()
    tensor[place] += 1
    return tensor


@pytest.mark.parametrize("row", range(ROWS))
def test_a_wrong_element_of_any_piece_is_told_with_its_row(row):
    right = (2 * X, X.argmax(-1).int())
    assert where(PAIR, SIZES, (X,), right) == []
    floats = (wrong_at(right[0], row, 1), right[1])
    assert where(PAIR, SIZES, (X,), floats) == [("y", f"element [{row}, 1]")]
    integers = (right[0], wrong_at(right[1], row))
    assert where(PAIR, SIZES, (X,), integers) == [("q", f"element [{row}]")]


@pytest.mark.parametrize("row", range(ROWS))
def test_a_wrong_selection_of_any_piece_is_told_with_its_row(row):
    values, ids = X.topk(2, -1)
    sizes = {**SIZES, "K": 2}
    assert where(TOP, sizes, (X, 2), (values, ids)) == []
    weight = (wrong_at(values, row, 1), ids)
    assert where(TOP, sizes, (X, 2), weight) == [("values", f"element [{row}, 1]")]
    for wrong in (torch.tensor([2, 3]), torch.tensor([2, 2]), torch.tensor([2, 0])):
        other = ids.clone()
        other[row] = wrong
        assert where(TOP, sizes, (X, 2), (values, other)) == [("ids", f"row {row}")]


def test_the_first_piece_with_a_finding_is_the_last_that_is_looked_at():
    wrong = (2 * X + (torch.arange(ROWS) % 3 == 1)[:, None], X.argmax(-1).int())
    assert where(PAIR, SIZES, (X,), wrong) == [("y", "element [1, 0]")]


@pytest.mark.parametrize("place", [(0, 0), (1, 2), (2, 1), (3, 3)])
def test_leading_dimensions_count_as_rows(place):
    x = torch.arange(48.0).reshape(4, 4, 3)
    sizes = {"M": (4, 4), "N": 3}
    assert where(LEADING, sizes, (x,), 2 * x) == []
    row = place[0] * 4 + place[1]
    found = where(LEADING, sizes, (x,), wrong_at(2 * x, *place, 2))
    assert found == [("y", f"element [{row}, 2]")]


def test_a_case_that_fits_is_one_piece_with_its_dimensions():
    x = torch.arange(6.0).reshape(1, 2, 3)
    found = where(LEADING, {"M": (1, 2), "N": 3}, (x,), wrong_at(2 * x, 0, 1, 2))
    assert found == [("y", "element [0, 1, 2]")]


def test_numbers_of_several_outputs_are_told_with_the_row_of_the_whole_case():
    derived = Derived("sum", ("y", "z"), lambda y, z: y + z, EXACT, "y + z")
    outputs = tuple(replace(DOUBLE.outputs[0], name=n, budget=None, judged_in="sum") for n in "yz")
    contract = replace(
        DOUBLE, outputs=outputs, derived=(derived,), reference=lambda x: (x, x), independent="M"
    )
    assert where(contract, SIZES, (X,), (X + 1, X - 1)) == []
    found = where(contract, SIZES, (X,), (X, wrong_at(X, 5, 2)))
    assert found == [("sum", "element [5, 2]")]


def test_elements_that_are_open_belong_to_the_rows_of_their_piece():
    def reference(x):
        return Answer((2 * x,), open={"y": x == 16.0}, magnitudes={"y": x + 1})

    budget = Budget(0.0, 1.0, "this test")
    contract = replace(
        DOUBLE, reference=reference, outputs=(replace(DOUBLE.outputs[0], budget=budget),),
        independent="M",
    )  # fmt: skip
    off = 2 * X + X
    off[5, 1] = 1e9
    assert where(contract, SIZES, (X,), off) == []
    assert where(contract, SIZES, (X,), wrong_at(wrong_at(off, 4, 2), 4, 2)) == [
        ("y", "element [4, 2]")
    ]


def test_tensors_whose_rows_stand_further_back_are_cut_there():
    x = TensorArgument("x", ("N", "M"), ("float32",), "numbers")
    y = Output("y", ("N", "M"), "x", "twice x", budget=EXACT)
    contract = replace(DOUBLE, arguments=(x,), outputs=(y,), independent="M")
    assert where(contract, SIZES, (X.T,), 2 * X.T) == []
    assert where(contract, SIZES, (X.T,), wrong_at(2 * X.T, 1, 2)) == [("y", "element [1, 2]")]
    # Rows count from the piece's first only where they come first.
    piece = Piece(contract, SIZES, 3, 6)
    assert torch.equal(piece.cut(("N", "M"), X.T), X.T[:, 3:6])
    assert torch.equal(piece.cut(("M", "N"), X), X[3:6])
    assert (piece.first_of(("N", "M")), piece.first_of(("M", "N")), piece.first_of(())) == (0, 3, 0)


def test_what_has_no_rows_is_left_whole():
    bias = torch.arange(3.0)
    piece = Piece(PAIR, SIZES, 3, 6)
    assert piece.cut(("N",), bias) is bias
    assert piece.axes == {"M": 3, "N": 3}
    whole = Piece(PAIR, SIZES, 0, ROWS)
    assert whole.cut(("M", "N"), X) is X
    assert (whole.axes, whole.first_of(("M", "N"))) == (SIZES, 0)


def test_pieces_cover_each_row_once():
    cut = [(p.first, p.axes["M"]) for p in pieces(PAIR, SIZES)]
    assert cut == [(0, 3), (3, 3), (6, 1)]
    assert [(p.first, p.axes["M"]) for p in pieces(PAIR, {"M": 3, "N": 3})] == [(0, 3)]
    assert [(p.first, p.axes["M"]) for p in pieces(PAIR, {"M": 4, "N": 3})] == [(0, 3), (3, 1)]
    leading = [(p.first, p.axes["M"]) for p in pieces(LEADING, {"M": (2, 2), "N": 3})]
    assert leading == [(0, (3,)), (3, (1,))]
    assert [p.axes for p in pieces(DOUBLE, SIZES)] == [SIZES]  # nothing is independent


def test_leading_dimensions_are_flattened_into_the_rows_of_a_piece():
    contract = replace(LEADING, axes=(LeadingAxes("M", "rows"), *LEADING.axes[1:]))
    x = torch.arange(12.0).reshape(2, 2, 3)
    piece = Piece(contract, {"M": (2, 2), "N": 3}, 1, 4)
    assert torch.equal(piece.cut(("*M", "N"), x), x.reshape(4, 3)[1:4])
    assert piece.first_of(("*M", "N")) == 1


def test_a_piece_is_as_large_as_the_judge_can_hold():
    assert ROWS_AT_ONCE == 1 << 15
