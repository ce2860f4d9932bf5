"""Which cases checks list for a contract without state."""

from dataclasses import replace

import pytest

from conformance.case import Case
from conformance.checks import CHECKS, find_check
from conformance.contract import (
    Choice,
    Expression,
    FloatArgument,
    Grid,
    Integers,
    LeadingAxes,
    Role,
    Selection,
    SizeArgument,
    TensorArgument,
    WordArgument,
)
from conformance.inputs.selection_patterns import TIES

from ..judge.contracts import TOP
from .plain import CONTRACT, asked, differences

IDS = TensorArgument(
    "ids", ("M",), ("int32",), "which", holds=Integers(0, "N - 1", padding=-1), stress=("zeros",)
)
NEVER = TensorArgument(
    "never", ("M", "N"), ("float32",), "unused", optional="never", stress=("zero",)
)
SELECTING = replace(
    TOP,
    axes=tuple(replace(axis, usual=usual, edges=edges) for axis, usual, edges in zip(
        TOP.axes, (5, 8, 2), ((1,), (4, 9), (1,)), strict=True)),
    arguments=(replace(TOP.arguments[0], dtypes=("float32", "float16")), *TOP.arguments[1:]),
    outputs=(replace(TOP.outputs[0], budget=dict.fromkeys(("float32", "float16"),
        TOP.outputs[0].budget)), TOP.outputs[1]),
    constraints=(Expression("K <= N"),),
)  # fmt: skip


def more(*arguments, **changes):
    """The contract with further arguments."""
    return replace(
        CONTRACT, arguments=(*CONTRACT.arguments, *arguments),
        reference=lambda x, *others: (2 * x, -x), **changes,
    )  # fmt: skip


def at_usual_sizes(check, contract=CONTRACT):
    """The cases of a check whose sizes are the usual ones."""
    sizes = {axis.name for axis in contract.axes}
    return [case for case in asked(check, contract) if not sizes & set(case)]


@pytest.mark.parametrize("check", ["bounds", "repetition", "reuse"])
def test_a_check_of_calls_asks_the_usual_case(check):
    assert asked(check) == [{}]


def test_values_ask_the_usual_case_and_integers_from_all_of_their_range():
    assert asked("values") == [{}]
    words = ["ends", "small", "ascending", "lowest", "highest"]
    assert asked("values", more(IDS)) == [{}, {}, *({"ids.values": word} for word in words)]


def test_values_ask_entries_of_every_sign_of_a_selection():
    signs = ("normal", "all-negative", "positive", "signed")
    found = [case.get("x.values", "normal") for case in asked("values", SELECTING)]
    assert found == ["normal", *signs]


def test_poison_and_purity_ask_what_stresses_an_input():
    stress = [{"x.values": "zero"}, {"x.values": "negative"}]
    bias = {"b.dtype": "float32", "b.layout": "dense"}
    given = [{**bias, "b.values": values} for values in ("zero", "huge")]
    assert at_usual_sizes("poison") == [{}, {}, *stress, *given]
    assert asked("purity") == [{}, *stress, given[1]]
    ids = [{"ids.values": word} for word in ("zeros", "padding-some", "padding-first",
                                             "padding-last", "padding-all")]  # fmt: skip
    assert asked("purity", more(IDS))[4:] == ids
    assert at_usual_sizes("poison", more(IDS))[6:] == [{}, *ids]


@pytest.mark.parametrize("check", ["poison", "purity", "special", "layout", "dtypes", "variants"])
def test_what_is_never_given_is_nothing_to_ask_about(check):
    assert asked(check, more(NEVER)) == asked(check)


@pytest.mark.parametrize("check", ["poison", "purity"])
def test_what_the_caller_passes_for_an_output_has_no_values_to_ask_about(check):
    out = TensorArgument("y", ("M", "N"), ("float32",), "out", role=Role.OUTPUT)
    contract = replace(
        CONTRACT, arguments=(*CONTRACT.arguments, out),
        outputs=(replace(CONTRACT.outputs[0], dtype="float32"), CONTRACT.outputs[1]),
    )  # fmt: skip
    assert asked(check, contract) == asked(check)


def test_special_values_come_in_every_dtype():
    stress = [
        {"x.values": values, **dtype}
        for values in ("zero", "negative")
        for dtype in ({}, {"x.dtype": "float16"})
    ]
    bias = {"b.values": "huge", "b.layout": "dense"}
    given = [
        {**bias, "b.dtype": "float32"},
        {**bias, "b.dtype": "float16", "x.dtype": "float16"},
    ]
    assert asked("special") == [*stress, *given]


def test_special_values_that_belong_together_come_together():
    together = more(combinations=({"x": "negative", "b": "huge"},))
    both = {"x.values": "negative", "b.values": "huge", "b.layout": "dense"}
    assert asked("special", together)[6:] == [
        {**both, "b.dtype": "float32"},
        {**both, "b.dtype": "float16", "x.dtype": "float16"},
    ]


def test_dtypes_are_asked_in_every_combination_and_optional_tensors_in_each():
    free = TensorArgument("c", ("M",), ("float16", "float64"), "more", optional="none")
    extra = TensorArgument("d", ("M",), ("float32", "float64"), "more")
    assert asked("dtypes") == [{}, {"x.dtype": "float16"}]
    found = asked("dtypes", more(free, extra))
    assert found[:4] == [
        {}, {"d.dtype": "float64"}, {"x.dtype": "float16"},
        {"x.dtype": "float16", "d.dtype": "float64"},
    ]  # fmt: skip
    assert [case["c.dtype"] for case in found[4:]] == ["float16", "float64"]


def test_dtypes_ask_entries_that_differ_by_one_ulp_of_a_selection():
    found = asked("dtypes", SELECTING)
    ulp = {"x.values": "one-ulp"}
    assert found == [{}, ulp, {"x.dtype": "float16"}, {"x.dtype": "float16", **ulp}]


def test_ties_are_asked_of_what_is_selected_from_in_every_dtype():
    wanted = [(pattern, dtype) for pattern in TIES for dtype in ("float32", "float16")]
    found = [
        (case["x.values"], case.get("x.dtype", "float32")) for case in asked("ties", SELECTING)
    ]
    assert found == wanted and len(TIES) > 3


def test_variants_are_what_may_differ_from_call_to_call():
    bias = {"b.dtype": "float32", "b.layout": "dense"}
    assert asked("variants") == [
        {"scale": "0.5"}, {"fast": "true"},
        {**bias, "b.values": "zero"}, {**bias, "b.values": "huge"},
    ]  # fmt: skip
    word = WordArgument("act", "which", ("silu", "gelu"))
    given = TensorArgument("c", ("M",), ("float32",), "more", optional="given", stress=("zero",))
    found = asked("variants", more(word, given))
    assert {"act": "gelu"} in found
    assert {"c.dtype": "none", "c.values": "none", "c.layout": "none"} in found
    assert not any(case.get("c.values") == "zero" for case in found)


@pytest.mark.parametrize(
    ("argument", "lacking"),
    [
        (WordArgument("act", "which", ("silu", "gelu")), False),
        (TensorArgument("c", ("M",), ("float32",), "more", optional="given"), False),
        (TensorArgument("c", ("M",), ("float32",), "more", optional="none"), False),
        (TensorArgument("c", ("M",), ("float32",), "more", optional="never"), True),
        (TensorArgument("c", ("M",), ("float32",), "more"), True),
        (FloatArgument("eps", "fixed", usual=1.0), True),
    ],
)
def test_a_contract_has_variants_if_anything_varies(argument, lacking):
    bare = replace(CONTRACT, arguments=(CONTRACT.arguments[0], argument))
    lacks = find_check("variants").lacks
    assert lacks(bare) == ("the contract names no variants" if lacking else None)


def test_sizes_take_each_edge_while_others_are_usual_small_cases_first():
    assert sorted(asked("sizes"), key=str) == [{"M": 1}, {"M": 9}, {"N": 17}, {"N": 1}]
    elements = [CONTRACT.elements({"M": 4, "N": 3, **case}) for case in asked("sizes")]
    assert elements == sorted(elements)


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


def test_choices_are_variants_wherever_sequences_are():
    choice = Choice("padding", ("none", "some", "all"), "rows without a sequence")
    found = asked("variants", more(choices=(choice,)))
    assert found[:2] == [{"padding": "some"}, {"padding": "all"}]


LACKING = {
    "values": (replace(CONTRACT, outputs=()), "it has no outputs: its state is what it owes"),
    "state": (CONTRACT, "no argument is written in place"),
    "undefined": (CONTRACT, "no argument is written in place"),
    "sequence": (CONTRACT, "no argument is written in place"),
    "ties": (CONTRACT, "no output selects anything"),
    "positions": (CONTRACT, "no argument says how much is held, or where"),
    "special": (
        replace(CONTRACT, arguments=tuple(replace(a, stress=()) for a in CONTRACT.tensors),
                reference=lambda x, b: (x, x)),
        "no argument names special values to bear",
    ),
    "layout": (
        replace(CONTRACT, arguments=tuple(replace(a, strides="dense") for a in CONTRACT.tensors),
                reference=lambda x, b: (x, x)),
        "callers pass every tensor dense",
    ),
    "arguments": (
        replace(CONTRACT, arguments=tuple(
            replace(a, refused_by="callers") for a in CONTRACT.arguments)),
        "callers refuse every wrong call",
    ),
}  # fmt: skip


@pytest.mark.parametrize("check", LACKING)
def test_a_check_says_what_a_contract_lacks(check):
    contract, reason = LACKING[check]
    assert find_check(check).lacks(contract) == reason


def test_the_other_checks_can_be_asked_of_the_contract():
    can = {check.id for check in CHECKS if check.lacks(CONTRACT) is None}
    assert can == {
        "values", "dtypes", "special", "variants", "layout", "arguments", "bounds", "poison",
        "purity", "reuse", "repetition", "sizes",
    } | ({check.id for check in CHECKS} & {"builds"})  # fmt: skip
    assert find_check("ties").lacks(SELECTING) is None


def test_a_contract_without_an_axis_has_no_layout():
    scalar = TensorArgument("x", (), ("float32",), "a number")
    contract = replace(
        CONTRACT, arguments=(scalar,), axes=(), reference=lambda x: (x, x),
        outputs=tuple(replace(o, axes=()) for o in CONTRACT.outputs),
    )  # fmt: skip
    assert find_check("layout").lacks(contract) == "no argument has an axis"


def test_an_owed_layout_is_asked_though_others_are_the_callers_matter():
    owed = replace(
        CONTRACT, reference=lambda x: (x, x),
        arguments=(replace(CONTRACT.arguments[0], strides="dense", owed_layouts=("sliced",)),),
    )  # fmt: skip
    assert find_check("layout").lacks(owed) is None
    assert {"x.layout": "sliced"} in asked("layout", owed)


def test_wrong_calls_are_asked_by_their_id_with_moderate_sizes():
    found = asked("arguments")
    assert {"call": "x-rank-3"} in found and {"call": "scale-below"} in found
    given = [case for case in found if case["call"].startswith("b-")]
    assert given and all(case["b.values"] == "zero" for case in given)
    assert len({case["call"] for case in found}) == len(found)


def test_a_wrong_call_of_a_selection_selects_two():
    asked_of = replace(SELECTING, arguments=(SELECTING.arguments[0], SizeArgument("k", "K", "m")))
    cases = [Case.parse(str(case)) for case in find_check("arguments").fixed(asked_of)]
    assert cases and all(case.axes["K"] == 2 for case in cases)
    assert all(differences(case, SELECTING).get("call") for case in cases)


def test_a_case_of_no_wrong_call_is_none_of_the_check_s():
    check = find_check("arguments")
    (first, *_) = check.fixed(CONTRACT)
    assert check.misfit(CONTRACT, first) is None
    other = first.with_options(call="nothing-like-it")
    assert check.misfit(CONTRACT, other) == "no such wrong call: nothing-like-it"


def test_a_selection_from_ids_that_are_worked_out_has_no_sizes_of_its_own():
    worked_out = replace(
        SELECTING, arguments=(replace(SELECTING.arguments[0], axes=("M", "2 * N")),
                              SELECTING.arguments[1]),
        outputs=(SELECTING.outputs[0], replace(
            SELECTING.outputs[1], selection=Selection("x", "2 * N", "K"))),
    )  # fmt: skip
    assert all("x.values" not in case for case in asked("sizes", worked_out))
