"""Points are the operator's own, or what a user says instead."""

import pytest

from conformance.catalogue.operators import find_operator, members, operator_names
from conformance.contract import point_text
from conformance.measuring.points import case_of, points_of
from tests.measuring.toy import CONTRACT, OPERATOR


def test_an_operator_lists_its_points():
    assert points_of(OPERATOR, {}, ()) == list(OPERATOR.measured.points)


def test_sizes_and_dtypes_of_the_user_replace_them():
    found = points_of(OPERATOR, {"N": (3, 5), "R": (7,)}, ("bfloat16",))
    assert [point_text(point) for point in found] == ["N=3 R=7 bfloat16", "N=5 R=7 bfloat16"]


def test_a_point_becomes_a_case():
    case = case_of(CONTRACT, {"N": 5, "dtype": "bfloat16", "x_values": "zeros"}, seed=4)
    assert str(case) == "double@values@N=5,R=2,x=bfloat16/zeros/dense,seed=4"


@pytest.mark.parametrize(
    ("sizes", "dtypes", "told"),
    [
        ({"M": (3,)}, (), "double has no size M; it has: N, R"),
        ({}, ("float23",), "double takes no float23; it takes: float32, bfloat16; did you mean"),
        ({"N": (0,)}, (), "double does not take the sizes N=0"),
    ],
)
def test_what_makes_no_sense_is_told(sizes, dtypes, told):
    with pytest.raises(ValueError, match=told):
        points_of(OPERATOR, sizes, dtypes)


def test_a_word_that_nothing_takes_is_told():
    with pytest.raises(ValueError, match="neither a size nor a word colour"):
        case_of(CONTRACT, {"colour": "red"})


@pytest.mark.parametrize("name", [*members("rbln_attention"), *operator_names()])
def test_every_operator_can_be_measured_where_it_says_so(name):
    operator = find_operator(name)
    if operator.measured is None:
        assert operator.contract.asks == "generation"
        return
    for point in operator.measured.points:
        case = case_of(operator.contract, point)
        if operator.measured.moved is not None:
            read, written = operator.measured.moved(case.names())
            assert read > 0 < written
