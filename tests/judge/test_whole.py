"""A whole call against its contract: what the reference is given, and what is judged by what."""

from dataclasses import replace

import pytest
import torch

from conformance.contract import (
    Answer,
    Budget,
    Derived,
    FloatArgument,
    Output,
    Role,
    Selection,
    TensorArgument,
)
from conformance.events.finding import Finding, Kind
from conformance.judge.judge import JudgeScope, judge

from .contracts import DOUBLE, EXACT, KEPT, LEADING, PAIR, STATE, TOP, X, Y

ROWS = torch.tensor([[1.0, 5.0, 3.0], [9.0, 7.0, 8.0]])
SIZES = {"M": 2, "N": 3, "K": 2}


def judged(contract, arguments, result, axes=SIZES, **more):
    return judge(contract, axes, arguments, result, **more)


def places(findings):
    return [(found.about, found.where) for found in findings]


def seen_by(contract, arguments, result=ROWS, **more):
    """What the reference is given in a call."""
    seen = []

    def reference(*given, **keywords):
        seen.extend([*given, *keywords.values()])
        return contract.reference(*given, **keywords)

    assert judged(replace(contract, reference=reference), arguments, result, **more) == []
    return seen


def test_floats_reach_the_reference_in_float64():
    for dtype in (torch.float32, torch.float16, torch.float64, torch.int32, torch.uint8):
        (x,) = seen_by(DOUBLE, (ROWS.to(dtype),), 2 * ROWS.to(dtype))
        assert x.dtype == torch.float64 and torch.equal(x, ROWS.double())


def test_integers_that_a_contract_lists_reach_the_reference_as_they_are():
    q = TensorArgument("q", ("M",), ("int32",), "ids")
    either = TensorArgument("e", ("M",), ("float32", "int8"), "numbers")
    contract = replace(DOUBLE, arguments=(X, q, either), reference=lambda x, *others: (2 * x,))
    for given, wanted in (
        ((torch.int32, torch.int8), (torch.int32, torch.int8)),
        ((torch.int64, torch.int16), (torch.int64, torch.float64)),
        ((torch.int32, torch.float32), (torch.int32, torch.float64)),
    ):
        others = [torch.ones(2, dtype=dtype) for dtype in given]
        _, *seen = seen_by(contract, (ROWS, *others), 2 * ROWS)
        assert tuple(tensor.dtype for tensor in seen) == wanted


def test_what_is_no_tensor_reaches_the_reference_as_it_is():
    bias = TensorArgument("b", ("M",), ("float32",), "none", optional="given")
    eps = FloatArgument("eps", "small", usual=0.5)
    contract = replace(DOUBLE, arguments=(X, bias, eps), reference=lambda x, b, e: (2 * x,))
    assert seen_by(contract, (ROWS, None, 0.5), 2 * ROWS)[1:] == [None, 0.5]


def test_a_state_reaches_the_reference_as_it_is_held():
    held = ROWS.half()
    contract = replace(KEPT, reference=lambda x, s: (2 * x, s + 1))
    _, state = seen_by(contract, (ROWS, held), 2 * ROWS, written={"s": held + 1})
    assert state is held


def test_ids_reach_the_reference_as_int64_and_decide_what_is_owed():
    values, ids = ROWS.topk(2, -1)
    assert seen_by(TOP, (ROWS, 2), (values, ids))[2].dtype == torch.int64
    narrow = replace(TOP, outputs=(TOP.outputs[0], replace(TOP.outputs[1], dtype="int32")))
    assert seen_by(narrow, (ROWS, 2), (values, ids.int()))[2].dtype == torch.int64
    swapped = values.flip(1), ids.flip(1)
    assert judged(TOP, (ROWS, 2), swapped) == []
    assert places(judged(TOP, (ROWS, 2), (values, ids.flip(1)))) == [("values", "element [0, 0]")]


def test_where_ids_are_wrong_nothing_else_is_said():
    values, ids = ROWS.topk(2, -1)
    assert places(judged(TOP, (ROWS, 2), (values + 1, ids + 2))) == [("ids", "row 0")]
    assert places(judged(TOP, (ROWS, 2), (values + 1, ids * 0))) == [("ids", "row 0")]


def test_where_the_form_of_an_output_is_wrong_the_others_are_judged():
    form, other = judged(PAIR, (ROWS,), (ROWS.half(), torch.zeros(2, dtype=torch.int32)))
    assert (form.about, form.kind) == ("y", Kind.DTYPE)
    assert (other.about, other.kind) == ("q", Kind.VALUE)


def test_every_output_has_a_finding_of_its_own():
    found = judged(PAIR, (ROWS,), (2 * ROWS + 1, torch.zeros(2, dtype=torch.int32)))
    assert places(found) == [("y", "element [0, 0]"), ("q", "element [0]")]


def test_results_that_require_gradients_are_judged():
    assert judged(DOUBLE, (ROWS,), (2 * ROWS).requires_grad_()) == []
    state = (ROWS + 1).requires_grad_()
    assert judged(KEPT, (ROWS, ROWS), 2 * ROWS, written={"s": state}) == []


def test_ids_of_any_rank_are_judged_row_by_row():
    selection = Selection("x", "N", "K")
    contract = replace(
        TOP, axes=(LEADING.axes[0], *TOP.axes[1:]),
        arguments=(replace(X, axes=("*M", "N")), TOP.arguments[1]),
        outputs=(
            replace(TOP.outputs[0], axes=("*M", "K")),
            Output("ids", ("*M", "K"), "int64", "where", selection=selection),
        ),
    )  # fmt: skip
    x = torch.stack([ROWS, ROWS.flip(1)])
    values, ids = x.topk(2, -1)
    axes = {"M": (2, 2), "N": 3, "K": 2}
    assert judged(contract, (x, 2), (values, ids), axes) == []
    other = ids.clone()
    other[1, 0] = torch.tensor([1, 2])
    assert places(judged(contract, (x, 2), (values, other), axes)) == [("ids", "row [1, 0]")]


PASSED = replace(
    DOUBLE, arguments=(X, replace(X, name="y", role=Role.OUTPUT)), name="passed"
)  # writes 2x into y


def test_an_output_that_the_caller_passes_is_judged_as_it_is_afterwards():
    before = torch.zeros(2, 3)
    assert judged(PASSED, (ROWS, before), None, written={"y": 2 * ROWS}) == []
    found = judged(PASSED, (ROWS, before), None, written={"y": 2 * ROWS + 1})
    assert places(found) == [("y", "element [0, 0]")]


def test_an_output_into_a_tensor_that_was_not_passed_is_not_judged():
    assert judged(PASSED, (ROWS, None), None) == []
    outputs = (Y, replace(PAIR.outputs[1], name="q"))
    both = replace(PASSED, outputs=outputs, reference=lambda x: (2 * x, x.argmax(-1)))
    largest = ROWS.argmax(-1).int()
    assert judged(both, (ROWS, None), largest) == []
    assert places(judged(both, (ROWS, None), 1 - largest)) == [("q", "element [0]")]
    derived = Derived("v", ("y", "q"), lambda y, q: y * q[:, None], EXACT, "both")
    joined = replace(
        both, derived=(derived,),
        outputs=tuple(replace(o, budget=None, judged_in="v") for o in outputs),
    )  # fmt: skip
    assert judged(joined, (ROWS, None), 1 - largest) == []
    zeros = torch.zeros(2, 3)
    found = judged(joined, (ROWS, zeros), 1 - largest, written={"y": 2 * ROWS})
    assert places(found) == [("v", "element [1, 0]")]


def test_a_state_is_told_beside_an_output_and_one_that_was_not_passed_is_not_judged():
    found = judged(KEPT, (ROWS, ROWS), 2 * ROWS + 1, written={"s": ROWS})
    assert [f.about for f in found] == ["y", "s"]
    assert found[1].kind is Kind.STATE and found[1].message.startswith("6 of 6 elements were not")
    assert [f.about for f in judged(KEPT, (ROWS, ROWS), 2 * ROWS + 1)] == ["y"]


def test_a_state_with_a_budget_is_compared_within_it():
    budget = Budget(0.0, 0.25, "this test")
    open_row, large = torch.tensor([[True], [False]]), torch.tensor([[1.0], [4.0]])

    def contract(**said):
        return replace(
            KEPT, arguments=(X, replace(STATE, dtypes=("float32", "int8"), budget=budget)),
            reference=lambda x, s: Answer(
                (2 * x, s + 1 if s.dtype == torch.int8 else s.double() + 1), **said),
        )  # fmt: skip

    def found(after, made, held=ROWS):
        return places(judged(made, (ROWS, held), 2 * ROWS, written={"s": after}))

    assert found(ROWS + 1.25, contract()) == []
    assert found(ROWS + 1.5, contract()) == [("s", "element [0, 0]")]
    assert found(ROWS + 1.5, contract(open={"s": open_row})) == [("s", "element [1, 0]")]
    assert found(ROWS + 1.5, contract(magnitudes={"s": large})) == [("s", "element [0, 0]")]
    assert found(ROWS + 2.0, contract(magnitudes={"s": large}, open={"s": open_row})) == []
    whole = ROWS.to(torch.int8)
    assert found(whole + 1, contract(), whole) == []
    (other,) = judged(contract(), (ROWS, whole), 2 * ROWS, written={"s": whole + 2})
    assert other.kind is Kind.STATE


@pytest.mark.parametrize("scope", [JudgeScope.ALL, JudgeScope.OUTPUTS])
def test_a_length_that_depends_on_data_is_the_reference_s(scope):
    contract = replace(
        DOUBLE, outputs=(Output("y", ("?n",), "x", "the large ones", budget=EXACT),),
        reference=lambda x: (x[x > 6],),
    )  # fmt: skip
    assert judged(contract, (ROWS,), ROWS[ROWS > 6], scope=scope) == []
    assert judged(contract, (ROWS,), ROWS[ROWS > 7], scope=scope) == [
        Finding(
            "y", "has another length than the data call for", "(2,)", "(3,)", kind=Kind.SHAPE
        )
    ]  # fmt: skip


def test_integers_of_a_group_stand_in_any_order_and_open_ones_are_not_judged():
    def contract(order="any within a group", **said):
        return replace(
            PAIR, outputs=(Y, replace(PAIR.outputs[1], order=order)),
            reference=lambda x: Answer((2 * x, x.argmax(-1)), **said),
        )  # fmt: skip

    def found(made):
        return [f.about for f in judged(made, (ROWS,), (2 * ROWS, torch.tensor([0, 1]).int()))]

    assert found(contract(groups={"q": torch.tensor([4, 4])})) == []
    assert found(contract(groups={"q": torch.tensor([4, 5])})) == ["q"]
    assert found(contract("exact")) == ["q"]
    assert found(contract("exact", open={"q": torch.tensor([True, True])})) == []


@pytest.mark.parametrize("factor", [3.0, -3.0])
def test_the_absolute_part_grows_with_the_factor_of_the_id_that_was_selected(factor):
    scale = TensorArgument("scale", ("N",), ("float32",), "factors")
    budget = Budget(0.0, 0.25, "this test", magnitude="scale")
    contract = replace(
        TOP, arguments=(*TOP.arguments, scale),
        outputs=(replace(TOP.outputs[0], budget=budget), TOP.outputs[1]),
        reference=lambda x, k, scale, ids: (x.gather(-1, ids), ids),
    )  # fmt: skip
    values, ids = ROWS.topk(2, -1)  # ids 1, 2 and 0, 2
    nan, inf = float("nan"), float("inf")

    def found(scales, off):
        given = (ROWS, 2, torch.tensor(scales))
        return places(judged(contract, given, (values + torch.tensor(off), ids)))

    allowed = [[0.75, 0.25], [0.25, 0.25]]
    assert found([1.0, factor, 0.125], allowed) == []
    assert found([1.0, factor, 0.125], [[0.75, 0.25], [0.5, 0.0]]) == [("values", "element [1, 0]")]
    assert found([1.0, factor, 0.125], [[1.0, 0.0], [0.0, 0.0]]) == [("values", "element [0, 0]")]
    for none in (nan, inf, -inf):
        assert found([1.0, factor, none], allowed) == []
        off = [[0.0, 0.5], [0.0, 0.0]]
        assert found([1.0, factor, none], off) == [("values", "element [0, 1]")]


def test_a_factor_for_each_column_scales_the_absolute_part():
    scale = TensorArgument("scale", ("N",), ("float32",), "factors")
    budget = Budget(0.0, 0.25, "this test", magnitude="scale")
    contract = replace(
        DOUBLE, arguments=(X, scale), outputs=(replace(Y, budget=budget),),
        reference=lambda x, scale: (2 * x,),
    )  # fmt: skip
    given = (ROWS, torch.tensor([1.0, 8.0, 1.0]))
    assert judged(contract, given, 2 * ROWS + torch.tensor([0.25, 2.0, 0.25])) == []
    found = judged(contract, given, 2 * ROWS + torch.tensor([0.25, 2.0, 0.5]))
    assert places(found) == [("y", "element [0, 2]")]


def test_a_score_may_follow_the_subject_among_equal_entries():
    def kept(x, k, ids):
        """One of two equal halves: the one that the subject chose from."""
        half = torch.zeros_like(x) if ids is None else (ids[:, :1] // 2).double()
        return x.masked_fill(torch.arange(4) // 2 != half[:, :1], -torch.inf)

    selection = Selection("x", "N", "K", score=kept)
    contract = replace(TOP, outputs=(TOP.outputs[0], replace(TOP.outputs[1], selection=selection)))
    x, axes = torch.tensor([[7.0, 5.0, 7.0, 5.0]] * 2), {"M": 2, "N": 4, "K": 2}
    values = torch.tensor([[7.0, 5.0]] * 2)
    assert judged(contract, (x, 2), (values, torch.tensor([[0, 1], [2, 3]])), axes) == []
    mixed = judged(contract, (x, 2), (values, torch.tensor([[0, 1], [0, 3]])), axes)
    assert places(mixed) == [("ids", "row 1")]
