"""The form of what a subject returns: how many, tensors, shapes, dtypes, dense, on the device."""

from dataclasses import replace

import pytest
import torch

from conformance.contract import Axis, Contract, Output, Role, TensorArgument
from conformance.events.finding import Finding, Kind
from conformance.judge.structure import judge_structure, owed_dtype
from conformance.tensors.returned import look

from .contracts import DOUBLE, LEADING, PAIR, STATE, X, Y

SIZES = {"M": 2, "N": 3}
ROWS = torch.ones(2, 3)
RIGHT = (torch.ones(2, 3), torch.zeros(2, dtype=torch.int32))
NOTHING = replace(
    DOUBLE, arguments=(STATE,), outputs=(), reference=lambda s: (s,)
)  # writes its state


def judged(result, contract=PAIR, arguments=(ROWS,), axes=SIZES, **more):
    return judge_structure(contract, axes, arguments, look(result, arguments), **more)


def wrong(about, message, got, wanted, kind=Kind.STRUCTURE):
    return Finding(about, message, got, wanted, kind=kind)


@pytest.mark.parametrize("result", [RIGHT, list(RIGHT)])
def test_a_tuple_or_a_list_of_the_outputs_is_right(result):
    assert judged(result) == []


def test_one_output_may_come_alone_or_in_a_tuple():
    assert judged(ROWS, DOUBLE) == judged((ROWS,), DOUBLE) == []


@pytest.mark.parametrize(
    ("result", "got"),
    [
        (None, "NoneType"), (ROWS, "Tensor"), (RIGHT[:1], "tuple of 1"), ((), "tuple of 0"),
        ([*RIGHT, ROWS], "list of 3"), ({"y": ROWS}, "dict"), (3.0, "float"),
    ],
)  # fmt: skip
def test_another_number_of_things_is_told_with_the_names_of_those_owed(result, got):
    assert judged(result) == [wrong("result", "not the promised outputs", got, "y, q")]


def test_what_is_no_tensor_is_told():
    assert judged((RIGHT[0], [0, 0])) == [wrong("q", "is no tensor", "list", "int32")]
    assert judged((None, RIGHT[1])) == [wrong("y", "is no tensor", "NoneType", "x")]


def test_everything_wrong_with_every_output_is_told_at_once():
    result = (torch.ones(3, 2, dtype=torch.float64), torch.zeros(2, 1, dtype=torch.int64))
    assert judged(result) == [
        wrong("y", "has the wrong shape", "(3, 2)", "(2, 3)", Kind.SHAPE),
        wrong("y", "has the wrong dtype", "float64", "float32", Kind.DTYPE),
        wrong("q", "has the wrong shape", "(2, 1)", "(2,)", Kind.SHAPE),
        wrong("q", "has the wrong dtype", "int64", "int32", Kind.DTYPE),
    ]


def test_what_is_not_dense_is_told():
    found = judged((RIGHT[0].to_sparse(), RIGHT[1]))
    assert found == [wrong("y", "is no dense tensor", "sparse_coo", "strided")]


def test_strides_are_free():
    assert judged((torch.ones(3, 2).T, torch.zeros(4, dtype=torch.int32)[::2])) == []
    assert judged((torch.ones(1, 1).expand(2, 3), RIGHT[1])) == []


def test_a_device_is_told_unless_another_is_owed():
    meta = (RIGHT[0].to("meta"), RIGHT[1].to("meta"))
    assert judged(meta, device="meta") == []
    device = "is on the wrong device"
    assert judged(meta) == [
        wrong("y", device, "meta", "cpu", Kind.DEVICE),
        wrong("q", device, "meta", "cpu", Kind.DEVICE),
    ]


def test_the_dtype_owed_is_that_of_the_argument_as_it_was_passed():
    half = ROWS.half()
    assert owed_dtype(PAIR, Y, (half,)) == torch.float16
    assert owed_dtype(PAIR, PAIR.outputs[1], (half,)) == torch.int32
    assert judged((half, RIGHT[1]), arguments=(half,)) == []
    assert judged(RIGHT, arguments=(half,))[0].wanted == "float16"


def test_a_dtype_may_be_that_of_any_argument():
    z = TensorArgument("z", ("M",), ("float16", "float64"), "more", refused_by="callers")
    contract = replace(DOUBLE, arguments=(X, z), outputs=(replace(Y, dtype="z"),))
    passed = (ROWS, torch.ones(2, dtype=torch.float64))
    assert owed_dtype(contract, contract.outputs[0], passed) == torch.float64
    assert judged(ROWS, contract, passed)[0].wanted == "float64"


def test_a_length_that_depends_on_data_may_be_any():
    y = Output("y", ("?n", "N"), "int32", "rows")
    contract = Contract("c", "s", (Axis("M", "m"), Axis("N", "n")), (X,), (y,), lambda x: (x,))
    for rows in (0, 2, 9):
        assert judged(torch.zeros(rows, 3, dtype=torch.int32), contract) == []
    found = judged(torch.zeros(2, 4, dtype=torch.int32), contract)
    assert found == [wrong("y", "has the wrong shape", "(2, 4)", "(?, 3)", Kind.SHAPE)]
    found = judged(torch.zeros(2, dtype=torch.int32), contract)
    assert (found[0].got, found[0].wanted) == ("(2,)", "(?, 3)")


@pytest.mark.parametrize("leading", [(), (2,), (2, 0, 3)])
def test_leading_dimensions_are_owed_one_by_one(leading):
    axes = {"M": leading, "N": 3}
    assert judged(torch.ones(*leading, 3), LEADING, axes=axes) == []
    found = judged(torch.ones(1, *leading, 3), LEADING, axes=axes)
    assert found[0].wanted == str((*leading, 3))


@pytest.mark.parametrize("result", [None, (), []])
def test_nothing_is_right_where_nothing_is_owed(result):
    assert judged(result, NOTHING, (ROWS,)) == []
    assert judged(result, NOTHING) == []


def test_the_tensor_that_is_written_may_be_returned_in_any_view_of_the_same():
    own = torch.ones(2, 3)
    for result in (own, (own,), [own, own], own.view(2, 3), own.detach()):
        assert judged(result, NOTHING, (own,)) == []


@pytest.mark.parametrize(
    ("other", "name"),
    [
        (lambda own: own.clone(), "Tensor"), (lambda own: own.view(3, 2), "Tensor"),
        (lambda own: own.view(torch.int32), "Tensor"), (lambda own: own[1:], "Tensor"),
        (lambda own: (own, own.clone()), "tuple"), (lambda own: 3, "int"),
        (lambda own: (own, 3), "tuple"), (lambda own: own.to_sparse(), "Tensor"),
        (lambda own: {"s": own}, "dict"),
    ],
)  # fmt: skip
def test_anything_else_is_something_besides_what_is_written(other, name):
    own = torch.ones(2, 3)
    message = "something is returned besides what is written"
    assert judged(other(own), NOTHING, (own,)) == [wrong("result", message, name, "None")]


def test_outputs_that_the_caller_passes_are_not_returned():
    passed = TensorArgument("y", ("M", "N"), ("float32",), "out", role=Role.OUTPUT)
    contract = replace(DOUBLE, arguments=(X, passed))
    own = torch.ones(2, 3)
    assert judged(None, contract, (ROWS, own)) == []
    assert judged(own, contract, (ROWS, own)) == []
    assert judged(own.clone(), contract, (ROWS, own)) != []
