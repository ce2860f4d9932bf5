"""Cases of contracts with state: dtypes that go together, words of choices, sizes that fit."""

from dataclasses import replace
from math import prod

import pytest
from conformance_kernels.rbln_attention.contract import OPERATORS
from conformance_kernels.rbln_attention.names import FAMILY
from hypothesis import HealthCheck, Phase, given, settings

from conformance.asking.shrink import minimise
from conformance.case import Case
from conformance.checks import CHECKS
from conformance.contract import Axis, Contract, Expression, Output, shape_of
from conformance.inputs.build import build
from conformance.inputs.draw import cases
from conformance.inputs.fit import fits, misfit
from conformance.inputs.usual import leaders, usual_case, with_dtypes

from ..stateful.toy import CONTRACT, case, without_scene

DRAWN = settings(
    derandomize=True,
    max_examples=50,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


def test_the_usual_case_names_the_usual_word_of_every_choice():
    assert case().options == {"padding": "none"}
    assert fits(case(), CONTRACT)


def test_only_dtypes_that_follow_no_other_are_chosen():
    assert leaders(CONTRACT) == ["query", "pool", "held", "scale", "dummy"]


def test_arguments_take_on_the_dtype_of_the_one_that_they_follow():
    changed = with_dtypes(CONTRACT, case(), query="float16", held="int16")
    dtypes = {name: spec.dtype for name, spec in changed.tensors.items()}
    assert dtypes == {
        "query": "float16", "new": "float16", "pool": "float32", "held": "int16",
        "ends": "int16", "table": "int16", "scale": "float32", "dummy": "float32",
    }  # fmt: skip


def test_a_follower_s_own_dtype_is_not_chosen():
    assert with_dtypes(CONTRACT, case(), new="float16") == case()


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        (case().with_tensor("new", dtype="float16"), "new must have the dtype of query"),
        (case().with_tensor("held", values="normal"), "normal is nothing for held; known: mixed"),
        (case().with_tensor("query", values="mixed"), "mixed is nothing for query"),
        (case().with_options(padding="two-rows"), "padding is one of none, one-row"),
        (replace(case(), options={}), "padding is one of none, one-row"),
        (case(L=9), "outside the limits"),
    ],
)
def test_a_case_that_cannot_be_built_is_told_why(asked, problem):
    assert problem in misfit(asked, CONTRACT)


def test_options_beside_the_choices_are_no_misfit():
    assert fits(case().with_options(undefined="nan", step="1", new="any"), CONTRACT)


@DRAWN
@given(cases(CONTRACT, "layout", values={"held": ("mixed", "full")}, layouts=True))
def test_drawn_cases_fit_and_can_be_built(drawn):
    assert misfit(drawn, CONTRACT) is None and drawn.options == {"padding": "none"}
    assert drawn.axes["B"] <= 4 and drawn.axes["S"] <= 16
    buffers = build(CONTRACT, drawn).buffers
    for argument in CONTRACT.tensors:
        assert buffers[argument.name].tensor.shape == shape_of(argument.axes, drawn.axes)


@DRAWN
@given(cases(CONTRACT, "variants", options={"padding": ("one-row",), "new": ("any",)}))
def test_options_that_are_asked_for_are_drawn_from(drawn):
    assert drawn.options == {"padding": "one-row", "new": "any"}


@DRAWN
@given(cases(CONTRACT, "sizes", elements=40))
def test_tensors_stay_as_small_as_they_were_asked_to_be(drawn):
    for argument in CONTRACT.tensors:
        least = prod(shape_of(argument.axes, {axis.name: axis.least for axis in CONTRACT.axes}))
        assert prod(shape_of(argument.axes, drawn.axes)) <= max(40, least)


def draws(axes, *constraints):
    """Sizes that are drawn for a contract of these axes."""
    shape = tuple(axis.name for axis in axes)
    output = Output("y", shape, "int32", "")
    contract = Contract("c", "", axes, (), (output,), lambda: (), constraints=constraints)
    found: list[Case] = []

    @settings(DRAWN, max_examples=40)
    @given(cases(contract, "sizes"))
    def draw(drawn):
        found.append(drawn)

    draw()
    return contract, found


def test_sizes_that_a_condition_on_one_axis_leaves_are_all_that_is_drawn():
    axis = Axis("D", "size of a head", usual=64, edges=(64, 100, 128), most=256)
    contract, found = draws((axis,), Expression("D % 64 == 0"))
    assert {each.axes["D"] for each in found} == {64, 128}
    assert all(contract.allows(each.axes) for each in found)


def test_sizes_that_leave_another_axis_nothing_are_not_drawn():
    axes = (Axis("E", "entries", usual=8, drawn=3), Axis("K", "selected", usual=4, drawn=4))
    contract, found = draws(axes, Expression("K < E"))
    assert found and all(contract.allows(each.axes) for each in found)


@pytest.mark.parametrize("name", FAMILY)
def test_every_drawn_case_of_every_check_fits_its_contract_and_builds(name):
    contract = OPERATORS[name].contract
    for check in CHECKS:
        if check.lacks(contract) or check.drawn is None:
            continue

        @settings(DRAWN, max_examples=3)
        @given(check.drawn(contract))
        def fits_and_builds(drawn):
            assert contract.allows(drawn.axes) and misfit(drawn, contract) is None
            assert Case.parse(str(drawn)) == drawn
            built = build(contract, drawn)
            assert len(built.arguments) == len(contract.arguments)

        fits_and_builds()


@pytest.mark.parametrize("name", FAMILY)
def test_every_fixed_case_of_every_check_fits_its_contract(name):
    contract = OPERATORS[name].contract
    for check in CHECKS:
        if not check.lacks(contract):
            listed = list(check.fixed(contract))
            assert listed or check.gathered, check.id
            assert [str(each) for each in listed if misfit(each, contract)] == [], check.id


def test_simplifying_keeps_dtypes_together_and_gives_choices_their_usual_words():
    odd = with_dtypes(CONTRACT, case("toy", B=2), query="float16", held="int16", pool="float16")
    odd = odd.with_tensor("held", values="full").with_options(padding="one-row", new="any")
    tried = []
    small = minimise(odd, CONTRACT, lambda each: bool(tried.append(each)) or True, 10.0)
    assert tried and all(fits(each, CONTRACT) for each in tried)
    assert str(small) == str(
        replace(case("toy", B=1, H=1, S=1, L=1, D=1), options={"padding": "none", "new": "any"})
    )


def test_simplifying_keeps_the_dtypes_and_words_that_matter():
    odd = with_dtypes(CONTRACT, case("toy"), query="float16").with_options(padding="one-row")

    def fails(each):
        return each.tensors["new"].dtype == "float16" and each.options["padding"] == "one-row"

    small = minimise(odd, CONTRACT, fails, 10.0)
    assert (small.tensors["query"].dtype, small.options) == ("float16", {"padding": "one-row"})


def test_a_contract_without_choices_has_no_words():
    assert usual_case(without_scene(), "values").options == {}
