"""Which cases checks list for contracts with state."""

from dataclasses import replace

import pytest

from conformance.case import Case
from conformance.checks import CHECKS
from conformance.inputs.scenes import FILLINGS

from ..stateful.toy import CONTRACT, case, without_scene
from .asked import asked, lines

ASKED = [check.id for check in CHECKS if not check.gathered and check.lacks(CONTRACT) is None]


def parsed(check, contract=CONTRACT):
    return [Case.parse(line) for line in lines(check, contract)]


@pytest.mark.parametrize("check", ASKED)
def test_every_case_names_its_check_and_its_contract(check):
    padded = replace(CONTRACT, scene=padding_holds_nothing)
    for contract in (CONTRACT, padded):
        found = parsed(check, contract)
        assert {(each.check, each.contract) for each in found} == {(check, CONTRACT.name)}


def test_positions_ask_for_each_word_of_each_argument_of_the_scene():
    usual = case("positions")
    assert lines("positions") == [
        str(usual.with_tensor(name, values=word))
        for name, word in (("held", "0"), ("held", "full"), ("table", "ordered"))
    ]


def test_variants_ask_for_each_word_of_each_choice_wherever_sequences_are():
    usual = case("variants").with_options(padding="one-row")
    assert lines("variants") == [
        str(usual),
        *(
            str(usual.with_tensor(name, values=word))
            for name, word in (("held", "0"), ("held", "full"), ("table", "ordered"))
        ),
    ]


def test_undefined_memory_is_filled_with_everything_harmful_in_each_dtype_of_a_state():
    asked_for = {(c.options["undefined"], c.tensors["pool"].dtype) for c in parsed("undefined")}
    assert asked_for == {(f, d) for f in FILLINGS[1:] for d in ("float32", "float16")}


def padding_holds_nothing(situation):
    """The scene, with what padded rows bring left undefined."""
    scene, axes = CONTRACT.scene(situation), situation.axes
    empty = (scene.values["table"] == 0)[:, None, None, None]
    new = empty.expand(axes["B"], axes["H"], axes["L"], axes["D"])
    return replace(scene, undefined={**scene.undefined, "new": new})


def test_padding_is_filled_with_everything_harmful_where_it_holds_nothing():
    contract = replace(CONTRACT, scene=padding_holds_nothing)
    padded = [c for c in parsed("undefined", contract) if c.options["padding"] == "one-row"]
    assert [c.options["undefined"] for c in padded] == list(FILLINGS[1:])
    # A choice that leaves nothing undefined of what a call brings is no matter of memory.
    assert {c.options["padding"] for c in parsed("undefined")} == {"none"}


def test_undefined_memory_is_never_a_word_of_the_other_checks():
    for check in ("state", "positions", "sequence", "layout"):
        assert not any("undefined" in each.options for each in parsed(check))


def test_a_state_that_shares_its_dtype_takes_the_other_with_it():
    shared = tuple(
        replace(a, same_dtype="query") if a.name == "pool" else a for a in CONTRACT.arguments
    )
    contract = replace(CONTRACT, arguments=shared)
    for each in parsed("undefined", contract):
        assert each.tensors["query"].dtype == each.tensors["pool"].dtype


def test_sequences_start_wherever_indices_say():
    assert lines("sequence") == [
        str(case("sequence")),
        *(str(case("sequence").with_tensor("held", values=word)) for word in ("0", "full")),
    ]


def test_dtypes_are_those_of_arguments_that_may_choose():
    found = {tuple(c.tensors[n].dtype for n in c.tensors) for c in parsed("dtypes")}
    assert len(found) == 2 * 2 * 2
    assert all(each[0] == each[1] and each[3] == each[4] == each[5] for each in found)


def test_special_values_of_scenes_are_no_special_values():
    stressed = {
        (name, spec.values)
        for each in parsed("special")
        for name, spec in each.tensors.items()
        if spec.values != CONTRACT.tensor(name).values
    }
    assert stressed == {("query", "large"), ("query", "nan"), ("new", "large")}


def test_special_values_that_belong_together_come_together_in_each_dtype():
    together = {
        each.tensors["query"].dtype
        for each in parsed("special")
        if each.tensors["query"].values == each.tensors["new"].values == "large"
    }
    assert together == {"float32", "float16"}


def test_one_combination_of_special_values_does_not_go_into_the_next():
    combinations = ({"query": "large"}, {"pool": "positive"})
    contract = replace(CONTRACT, combinations=combinations)
    (last,) = {
        each.tensors["query"].values
        for each in parsed("special", contract)
        if each.tensors["pool"].values == "positive"
    }
    assert last == "normal"


@pytest.mark.parametrize("check", ["poison", "purity"])
def test_words_of_scenes_are_no_values_of_memory(check):
    for each in parsed(check):
        assert each.tensors["held"].values == "mixed"
        assert each.tensors["table"].values == "scattered"


@pytest.mark.parametrize(
    ("check", "reason"),
    [
        ("positions", "no argument says how much is held, or where"),
        ("variants", "the contract names no variants"),
    ],
)
def test_what_the_contract_lacks_is_said(check, reason):
    assert asked(check, contract=without_scene()).reason == reason


def test_no_memory_that_holds_nothing_is_no_pass():
    def all_held(situation):
        return replace(CONTRACT.scene(situation), undefined={})

    found = asked("undefined", contract=replace(CONTRACT, scene=all_held))
    assert found.verdict == "UNSUPPORTED" and "holds nothing" in found.reason
