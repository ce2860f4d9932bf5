"""What a result's dtype, its dimensions and its budget by name change about how it is judged."""

from dataclasses import replace

import pytest
import torch

from conformance.contract import Budget, LeadingAxes, Output, Role, TensorArgument
from conformance.judge.judge import judge

from .contracts import COLUMNS, DOUBLE, EXACT, KEPT, PAIR, STATE, TOP, X

NAN, INF = float("nan"), float("inf")
ROWS = torch.tensor([[1.0, 5.0, 3.0], [9.0, 7.0, 8.0]])
SIZES = {"M": 2, "N": 3, "K": 2}


def told(contract, arguments, result, axes=SIZES, **more):
    """About what, and of which kind, each finding of a call is."""
    found = judge(contract, axes, arguments, result, **more)
    return [(each.about, str(each.kind)) for each in found]


@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128, torch.complex64])
def test_numbers_are_not_looked_at_in_a_dtype_that_is_no_wider_integer(dtype):
    wrong = ROWS.argmax(-1) + 1
    assert told(PAIR, (ROWS,), (2 * ROWS, wrong.to(dtype))) == [("q", "dtype")]
    assert told(PAIR, (ROWS,), (2 * ROWS, wrong)) == [("q", "dtype"), ("q", "value")]


@pytest.mark.parametrize("dtype", [torch.int64, torch.complex128, torch.float16])
def test_numbers_are_not_looked_at_in_a_dtype_that_is_no_wider_float(dtype):
    assert told(PAIR, (ROWS,), ((3 * ROWS).to(dtype), ROWS.argmax(-1).int())) == [("y", "dtype")]
    wide = ((3 * ROWS).double(), ROWS.argmax(-1).int())
    assert told(PAIR, (ROWS,), wide) == [("y", "dtype"), ("y", "value")]


@pytest.mark.parametrize("leading", [(), (2,), (2, 3), (3, 1, 2)])
def test_a_selection_has_any_number_of_leading_dimensions(leading):
    contract = replace(
        TOP,
        axes=(LeadingAxes("M", "rows"), *TOP.axes[1:]),
        arguments=(replace(X, axes=("*M", "N")), *TOP.arguments[1:]),
        outputs=tuple(replace(o, axes=("*M", "K")) for o in TOP.outputs),
    )
    sizes = {"M": leading, "N": 5, "K": 2}
    x = torch.randn(*leading, 5, generator=torch.Generator().manual_seed(1))
    values, ids = x.topk(2, -1)
    assert told(contract, (x, 2), (values, ids), sizes) == []
    last = ids.clone()
    last[(-1,) * len(leading)] = x[(-1,) * len(leading)].topk(2, largest=False).indices
    assert told(contract, (x, 2), (x.gather(-1, last), last), sizes) == [("ids", "selection")]


@pytest.mark.parametrize(("relative", "expected"), [(2.0**-6, []), (2.0**-12, [("s", "value")])])
def test_a_state_has_the_budget_of_the_dtype_that_it_is_held_in(relative, expected):
    budgets = {"float32": Budget(relative, 0.0, "this test"), "float16": EXACT}
    state = replace(STATE, dtypes=("float32", "float16", "int32"), budget=budgets)
    contract = replace(
        KEPT, arguments=(X, state),
        reference=lambda x, s: (2 * x, (x + 1).to(s.dtype if s.dtype == torch.int32 else x.dtype)),
    )  # fmt: skip

    def left(held):
        return told(contract, (ROWS, ROWS * 0), 2 * ROWS, written={"s": held})

    near = (ROWS + 1) * (1 + 2.0**-8)
    assert left(ROWS + 1) == []
    assert left(near) == expected
    held = (ROWS + 2).int()
    other = told(contract, (ROWS, (ROWS * 0).int()), 2 * ROWS, written={"s": held})
    assert other == [("s", "state")], "a dtype without a budget is compared bit for bit"


SCALED = replace(
    DOUBLE,
    arguments=(X, TensorArgument("scale", ("M", "N"), ("float32",), "sizes", role=Role.SCALE)),
    outputs=(Output("y", ("M", "N"), "x", "2x", budget=Budget(
        0.0, 1.0, "this test", magnitude="scale")),),
    reference=lambda x, scale: (2 * x,),
)  # fmt: skip


@pytest.mark.parametrize(
    ("size", "allowed"),
    [(3.0, 3.0), (-3.0, 3.0), (0.5, 1.0), (0.0, 1.0), (NAN, 1.0), (INF, 1.0), (-INF, 1.0)],
)
def test_a_magnitude_is_a_finite_size_of_one_or_more(size, allowed):
    scale = torch.full((2, 3), size)
    for sign in (1, -1):
        assert told(SCALED, (ROWS, scale), 2 * ROWS + sign * allowed) == []
        off = 2 * ROWS + sign * (allowed + 0.25)
        assert told(SCALED, (ROWS, scale), off) == [("y", "value")]


def test_each_element_has_the_magnitude_of_its_own_place():
    scale = torch.tensor([[1.0, 2.0, 4.0], [8.0, 16.0, 32.0]])
    assert told(SCALED, (ROWS, scale), 2 * ROWS + scale) == []
    (finding,) = judge(SCALED, SIZES, (ROWS, scale), 2 * ROWS + scale.flip(1))
    assert (finding.where, finding.message) == (
        "element [0, 0]", "off by 4, allowed 1 (2 of 6 elements)",
    )  # fmt: skip


def test_a_column_may_be_the_axis_of_a_magnitude():
    by_column = replace(
        SCALED, axes=(DOUBLE.axes[0], COLUMNS),
        arguments=(X, replace(SCALED.arguments[1], axes=("N",))),
    )  # fmt: skip
    scale = torch.tensor([1.0, 2.0, 4.0])
    assert told(by_column, (ROWS, scale), 2 * ROWS + scale) == []
    assert told(by_column, (ROWS, scale), 2 * ROWS + scale.flip(0)) == [("y", "value")]
