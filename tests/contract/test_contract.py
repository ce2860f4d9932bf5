"""A contract whose names do not fit together cannot be made."""

from dataclasses import replace

import pytest
from conformance_kernels.gemma4_routing.contract import CONTRACT

from conformance.contract import (
    Axis,
    Budget,
    ContractMistake,
    Expression,
    LeadingAxes,
    Operator,
    Output,
    Selection,
    TensorArgument,
)
from conformance.contract.validation.validate import validate


def test_an_unknown_axis_is_named():
    with pytest.raises(ValueError, match=r"unknown axes \['M'\]"):
        replace(CONTRACT, constraints=(Expression("K <= M"),))


def test_a_selection_needs_its_argument():
    ids = Output("ids", ("T", "K"), "int32", "", selection=Selection("logits", "E", "K"))
    with pytest.raises(ContractMistake, match="logits, of which it selects, is no tensor"):
        validate(replace(CONTRACT, outputs=(ids,)))


def test_a_budget_says_where_it_comes_from():
    with pytest.raises(ValueError, match="come from"):
        Budget(1e-6, 1e-7, source="")


def test_a_float_output_needs_a_budget():
    with pytest.raises(ContractMistake, match="output y: a float output is judged by nothing"):
        Output("y", ("T",), "float32", "")


def test_integers_need_none():
    assert Output("ids", ("T",), "int32", "").budget_for("int32") is None


def test_an_edge_outside_an_axis_is_refused():
    with pytest.raises(ValueError, match="size 0 is outside 1"):
        Axis("E", "experts", edges=(0,))


def test_a_tensor_needs_a_dtype():
    with pytest.raises(ValueError, match="at least one dtype"):
        TensorArgument("gating", ("T",), (), "")


def test_sizes_are_allowed_within_limits_and_constraints():
    assert CONTRACT.allows({"T": 0, "E": 8, "K": 8})
    assert not CONTRACT.allows({"T": 0, "E": 8, "K": 9})
    assert not CONTRACT.allows({"T": 1, "E": 1025, "K": 1})


def test_a_case_weighs_what_its_largest_tensor_holds():
    assert CONTRACT.elements({"T": 10, "E": 128, "K": 8}) == 1280


def test_usual_leading_dimensions_are_those_that_the_limits_allow():
    assert LeadingAxes("M", "rows").edges[0] == ()
    matrices = LeadingAxes("M", "rows", usual=(2, 3), least=1, least_rank=2, most_rank=2)
    assert matrices.edges == ((2, 3), (1, 1))


def test_an_operator_needs_no_subject_of_its_own():
    assert Operator(CONTRACT).subjects == {}
