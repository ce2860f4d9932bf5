"""Which cases checks list for a contract without state."""

from dataclasses import replace

import pytest

from conformance.case import Case
from conformance.checks import CHECKS, find_check
from conformance.contract import (
    Choice,
    FloatArgument,
    Role,
    Selection,
    SizeArgument,
    TensorArgument,
    WordArgument,
)
from conformance.inputs.selection_patterns import TIES

from .plain import CONTRACT, asked, differences
from .selecting import IDS, NEVER, SELECTING, more


def at_usual_sizes(check, contract=CONTRACT):
    """The cases of a check whose sizes are the usual ones."""
    sizes = {axis.name for axis in contract.axes}
    return [case for case in asked(check, contract) if not sizes & set(case)]


@pytest.mark.parametrize("check", ["bounds", "repetition", "reuse"])
def test_a_check_of_calls_asks_the_usual_case(check):
    assert asked(check) == [{}]


def test_bounds_ask_integers_that_stand_for_nothing():
    assert asked("bounds", more(IDS)) == [{}, {"ids.values": "padding-some"}]


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
