"""A reference is tried before any subject is, with the sizes that break references."""

from dataclasses import replace

import pytest
import torch

from conformance.contract import (
    Answer,
    Axis,
    ContractMistake,
    Expression,
    NoSuchScene,
    Role,
    Selection,
    TensorArgument,
)
from conformance.judge.validate import validate_reference

from .contracts import DOUBLE, LEADING, TOP, X

NAN = float("nan")


def tried(contract):
    """The shapes of x that the reference is asked about."""
    shapes = []

    def reference(x, *others, **keywords):
        shapes.append(tuple(x.shape))
        return contract.reference(x, *others, **keywords)

    validate_reference(replace(contract, reference=reference))
    return shapes


def sized(*axes, **changes):
    return replace(DOUBLE, axes=axes, **changes)


def test_a_reference_is_tried_with_the_usual_and_the_least_sizes():
    assert tried(sized(Axis("M", "m", usual=6), Axis("N", "n", least=0))) == [(6, 4), (1, 0)]


def test_the_least_sizes_are_tried_one_by_one_where_they_do_not_go_together():
    apart = sized(Axis("M", "m", least=0), Axis("N", "n"), constraints=(Expression("M + N > 3"),))
    assert tried(apart) == [(4, 4), (0, 4), (4, 1)]
    never = sized(Axis("M", "m"), Axis("N", "n"), constraints=(Expression("M == N"),))
    assert tried(never) == [(4, 4), (1, 1)]


def test_every_number_of_leading_dimensions_is_tried():
    shapes = tried(LEADING)
    assert shapes[0] == (5, 4)
    assert {(4,), (0, 4), (2, 3, 4), (2, 1, 3, 4)} <= set(shapes)
    assert (5, 1) in shapes


def test_sizes_that_take_long_are_not_tried():
    assert tried(sized(Axis("M", "m", usual=1 << 14), Axis("N", "n"))) == [(1 << 14, 4), (1, 1)]
    assert tried(sized(Axis("M", "m", usual=(1 << 14) + 1), Axis("N", "n"))) == [(1, 1)]


def test_a_selection_is_tried_with_a_right_one():
    for order, wanted in (("largest", True), ("smallest", False)):
        seen = []

        def reference(x, k, ids, seen=seen):
            seen.append(x.gather(-1, ids).sum() > x.sum() * ids.shape[-1] / x.shape[-1])
            return x.gather(-1, ids), ids

        selection = Selection("x", "N", "K", order=order)
        outputs = (TOP.outputs[0], replace(TOP.outputs[1], selection=selection))
        contract = replace(
            TOP, outputs=outputs, reference=reference, constraints=(Expression("K <= N"),)
        )
        validate_reference(contract)
        assert bool(seen[0]) is wanted


def said(contract):
    with pytest.raises(ContractMistake) as raised:
        validate_reference(contract)
    return str(raised.value).partition(", ")[2]


def test_an_answer_of_nan_alone_asks_nothing():
    def nan(x, **more):
        return Answer((x * NAN,), **more)

    assert said(replace(DOUBLE, reference=nan)) == (
        "reference: returns nothing but NaN for y in the usual case; mend it, or usual values"
    )
    opened = replace(DOUBLE, reference=lambda x: nan(x, open={"y": x == x}))
    validate_reference(opened)

    def one_nan(x):
        return (x.masked_fill(x == x.max(), NAN) if x.numel() > 1 else x,)

    validate_reference(replace(DOUBLE, reference=one_nan))
    magnitudes = {"y": torch.tensor(NAN)}
    assert said(replace(DOUBLE, reference=lambda x: Answer((x,), magnitudes=magnitudes))) == (
        "Answer.magnitudes: y is nothing but NaN in the usual case; mend it"
    )


def test_nan_for_unusual_sizes_is_no_mistake():
    def means(x):
        return (x - x.mean(0, keepdim=True) if len(x) else x.mean(0, keepdim=True)[:0],)

    validate_reference(sized(Axis("M", "m", least=0), Axis("N", "n"), reference=means))
    small = sized(Axis("M", "m"), Axis("N", "n"), reference=lambda x: (x / (x.shape[0] > 1) * 1,))
    validate_reference(replace(small, reference=lambda x: (x if len(x) > 1 else x * NAN,)))


def test_an_empty_usual_case_is_no_answer_of_nan():
    validate_reference(sized(Axis("M", "m", least=0, usual=0), Axis("N", "n")))


def test_sizes_that_leave_no_scene_are_not_tried():
    index = TensorArgument("i", ("M",), ("int32",), "i", role=Role.INDEX)

    def none(situation):
        raise NoSuchScene("no room")

    asked = []
    contract = replace(
        DOUBLE, arguments=(X, index), scene=none, reference=lambda x, i: asked.append(x)
    )
    validate_reference(contract)
    assert asked == []


def test_a_reference_that_goes_wrong_for_the_least_sizes_is_told():
    contract = sized(
        Axis("M", "m"), Axis("N", "n"), reference=lambda x: (x if len(x) > 1 else x[:0],)
    )
    assert said(contract).startswith("reference: returns y of shape (0, 1), not (1, 1)")
