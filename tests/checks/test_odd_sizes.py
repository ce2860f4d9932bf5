"""Each axis takes an odd size and the size 1 where undefined memory is looked for."""

from dataclasses import replace

import pytest

from conformance.contract import Axis, Expression, LeadingAxes

from ..judge.contracts import LEADING
from . import lanes
from .plain import asked


def sizes(axis, *constraints, contract=None):
    """The sizes of an axis that are not usual, in order."""
    contract = contract or lanes.contract("sum", "float32")
    axes = tuple(axis if each.name == axis.name else each for each in contract.axes)
    contract = replace(contract, axes=axes, constraints=tuple(map(Expression, constraints)))
    return [case[axis.name] for case in asked("poison", contract) if axis.name in case]


@pytest.mark.parametrize(
    ("axis", "constraints", "wanted"),
    [
        (Axis("N", "columns", usual=16, edges=(2, 8)), (), [15, 1]),
        (Axis("N", "columns", usual=16, edges=(), least=16), (), [17]),
        (Axis("N", "columns", usual=16, edges=(5,)), ("N != 15",), [17, 1]),
        (Axis("N", "columns", usual=16, edges=(5,)), ("N != 15", "N != 17"), [5, 1]),
        (Axis("N", "columns", usual=16, edges=(8,)), ("N % 2 == 0",), []),
        (Axis("N", "columns", usual=2, edges=(8,)), (), [3, 1]),
        (Axis("N", "columns", usual=9, edges=(8,)), (), [1]),
    ],
)
def test_an_axis_takes_the_odd_size_that_is_nearest_to_the_usual_one(axis, constraints, wanted):
    assert sizes(axis, *constraints) == wanted


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"usual": (4,)}, [(3,), (1,)]),
        ({"usual": (5,)}, [(1,)]),
        ({"usual": (2, 2), "least_rank": 2}, [(3, 3), (1, 1)]),
        ({"usual": (4,), "least": 2}, [(3,)]),
        ({"usual": (34,), "edges": ((34,), (257,)), "least": 33}, [(257,)]),
    ],
)
def test_leading_dimensions_take_an_odd_number_of_rows(fields, wanted):
    assert sizes(LeadingAxes("M", "rows", **fields), contract=LEADING) == wanted
