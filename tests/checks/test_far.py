"""Rows and blocks further apart than 32 bits can count are asked where there may be such."""

from dataclasses import replace

import pytest

from conformance.contract import Axis, Role, TensorArgument
from conformance.inputs.layouts import FAR_ROWS

from ..judge.contracts import LEADING, TOP
from ..stateful.toy import CONTRACT as APPEND
from .plain import CONTRACT, asked

STATE = TensorArgument("s", ("B", "H", "D"), ("float32", "float16"), "blocks", role=Role.STATE)


def test_rows_far_apart_are_asked_where_rows_are_independent():
    assert not any(case.get("x.layout") == "far-rows" for case in asked("layout"))
    rows = replace(CONTRACT, independent="M")
    found = [case for case in asked("layout", rows) if "far-rows" in case.values()]
    assert found == [
        {"M": FAR_ROWS, "x.layout": "far-rows", "x.dtype": "float16"},
        {
            "M": FAR_ROWS, "b.layout": "far-rows", "b.values": "zero",
            "x.dtype": "float16", "b.dtype": "float16",
        },
    ]  # fmt: skip
    far = [case for case in asked("layout", LEADING) if "far-rows" in case.values()]
    assert far == [{"M": (FAR_ROWS,), "x.layout": "far-rows"}]
    vector = TensorArgument("v", ("M",), ("float32",), "one number a row")
    callers = TensorArgument("c", ("M", "N"), ("float32",), "dense", strides="dense")
    columns = TensorArgument("d", ("N", "M"), ("float32",), "the other way")
    more = replace(rows, arguments=(*CONTRACT.arguments, vector, callers, columns))
    assert [c for c in asked("layout", more) if "far-rows" in c.values()] == found
    assert any("far-rows" in case.values() for case in asked("layout", TOP))


def far_blocks(state=STATE, heads=None, **changes):
    """Where check layout asks blocks of a state far apart."""
    axes = (Axis("B", "b"), heads or Axis("H", "h", usual=5), Axis("D", "d"))
    contract = replace(
        CONTRACT, axes=(*CONTRACT.axes, *axes), arguments=(*CONTRACT.arguments, state),
        reference=lambda *arguments: (), **changes,
    )  # fmt: skip
    return [case for case in asked("layout", contract) if "far-blocks" in case.values()]


def test_blocks_far_apart_are_asked_of_the_toy():
    far = [case for case in asked("layout", APPEND) if "far-blocks" in case.values()]
    assert far == [{"H": FAR_ROWS, "pool.dtype": "float16", "pool.layout": "far-blocks"}]


def test_there_are_as_many_blocks_as_the_address_space_holds():
    wide = {"s.dtype": "float16", "s.layout": "far-blocks"}
    assert far_blocks() == [{**wide, "H": FAR_ROWS}]
    assert far_blocks(heads=Axis("H", "h", usual=2, most=2)) == [wide]
    assert far_blocks(heads=Axis("H", "h", usual=3, most=9)) == [wide]
    assert far_blocks(heads=Axis("H", "h", usual=5, least=3)) == [{**wide, "H": 3}]
    assert far_blocks(replace(STATE, axes=("B", "H + 1", "D"))) == [{**wide, "H": 2}]


@pytest.mark.parametrize(
    "state",
    [
        replace(STATE, axes=("B", "H")), replace(STATE, strides="dense"),
        replace(STATE, axes=("B", "4 * H", "D")), replace(STATE, role=Role.INPUT),
    ],
)  # fmt: skip
def test_other_tensors_have_no_blocks_that_can_lie_far_apart(state):
    assert far_blocks(state) == []


def test_a_state_behind_one_without_blocks_is_asked_too():
    rows = replace(STATE, name="r", axes=("B", "H"))
    later = replace(STATE, name="t")
    contract = replace(
        APPEND, arguments=(rows, *APPEND.arguments, replace(later, axes=("B", "4 * D", "H")),
                           replace(later, name="u", axes=("B", "H", "D"))),
        reference=lambda *arguments: (),
    )  # fmt: skip
    far = [case for case in asked("layout", contract) if "far-blocks" in case.values()]
    assert [sorted(name for name in case if name.endswith("layout")) for case in far] == [
        ["pool.layout"], ["u.layout"],
    ]  # fmt: skip


def test_too_many_blocks_for_the_address_space_are_not_asked():
    assert far_blocks(heads=Axis("H", "h", usual=5, least=4)) == []
