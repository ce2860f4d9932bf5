"""What the check of sizes lists for contracts made for it."""

from dataclasses import replace

import pytest

from conformance.contract import (
    Expression,
    Grid,
    LeadingAxes,
)

from .plain import CONTRACT, asked
from .selecting import SELECTING, more


def test_sizes_take_each_edge_while_others_are_usual_small_cases_first():
    usual = [case for case in asked("sizes") if "x.dtype" not in case]
    assert sorted(usual, key=str) == [{"M": 1}, {"M": 9}, {"N": 17}, {"N": 1}]
    sizes = [{name: case[name] for name in ("M", "N") if name in case} for case in asked("sizes")]
    elements = [CONTRACT.elements({"M": 4, "N": 3, **each}) for each in sizes]
    assert elements == sorted(elements)


def test_each_edge_is_asked_in_another_dtype_too_and_large_ones_are_not(monkeypatch):
    others = [case for case in asked("sizes") if "x.dtype" in case]
    assert [{**case, "x.dtype": "float16"} for case in others] == others
    assert sorted(map(str, others)) == sorted(
        str({**edge, "x.dtype": "float16"}) for edge in ({"M": 1}, {"M": 9}, {"N": 17}, {"N": 1})
    )
    monkeypatch.setattr("conformance.checks.numeric.sizes.OTHER_DTYPES", 10)
    left = [case for case in asked("sizes") if "x.dtype" in case]
    assert len(left) == 2 and {"N": 17, "x.dtype": "float16"} not in left


def test_sizes_leave_out_what_the_contract_does_not_allow():
    narrow = more(constraints=(Expression("M != 9"),))
    assert {"M": 9} not in asked("sizes", narrow) and {"N": 17} in asked("sizes", narrow)


def test_sizes_of_a_selection_count_one_the_usual_half_all_but_one_and_all():
    found = [case for case in asked("sizes", SELECTING) if case.get("x.values") is None]
    counts = {n: {c.get("K", 2) for c in found if c.get("N", 8) == n} for n in (4, 9)}
    assert counts == {4: {1, 2, 3, 4}, 9: {1, 2, 4, 8, 9}}


@pytest.mark.parametrize("leading", [False, True])
def test_every_id_is_reached_once(leading):
    contract = SELECTING
    if leading:
        rows = LeadingAxes("M", "rows")
        contract = replace(
            SELECTING, axes=(rows, *SELECTING.axes[1:]),
            arguments=(replace(SELECTING.arguments[0], axes=("*M", "N")), SELECTING.arguments[1]),
            outputs=tuple(replace(o, axes=("*M", "K")) for o in SELECTING.outputs),
        )  # fmt: skip
    swept = [case for case in asked("sizes", contract) if case.get("x.values") == "sweep"]
    wanted = [{"M": (n,) if leading else n, "N": n, "K": 1, "x.values": "sweep"} for n in (4, 9)]
    assert swept == wanted


def test_no_id_is_reached_where_nothing_is_selected_or_rows_depend_on_each_other():
    for contract in (replace(CONTRACT, independent="M"), replace(SELECTING, independent=None)):
        found = asked("sizes", contract)
        assert found and not [case for case in found if case.get("x.values") == "sweep"]


def test_grids_of_other_projects_are_among_the_sizes():
    grid = Grid("there", {"M": (2, 3), "N": (5,)}, "x", ("float16",))
    found = asked("sizes", more(grids=(grid,)))
    assert all({"M": m, "N": 5, "x.dtype": "float16"} in found for m in (2, 3))
