"""What checks draw beside the cases that they list: cases of their own, within their question."""

from dataclasses import replace
from functools import lru_cache

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from conformance.checks import CHECKS, find_check
from conformance.contract import TensorArgument
from conformance.inputs.scenes import FILLINGS
from conformance.inputs.selection_patterns import TIES

from ..stateful.toy import CONTRACT as APPEND
from .plain import CONTRACT
from .test_lists import padding_holds_nothing
from .test_plain_lists import IDS, NEVER, SELECTING, more

CONTRACTS = {
    "plain": CONTRACT, "selecting": SELECTING, "stateful": APPEND, "more": more(IDS, NEVER),
    "padded": replace(APPEND, scene=padding_holds_nothing),
    "large": replace(CONTRACT, axes=tuple(
        replace(axis, edges=edges) for axis, edges in zip(CONTRACT.axes, ((3000,), ()), strict=True)
    )),
}  # fmt: skip
DRAWING = [check.id for check in CHECKS if check.drawn]


@lru_cache
def drawn(check, contract="plain"):
    """Forty cases that a check draws."""
    found = []

    @seed(1)
    @settings(
        max_examples=40, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(find_check(check).drawn(CONTRACTS[contract]))
    def collect(case):
        found.append(case)

    collect()
    return found


def words(check, name, contract="plain", of="values"):
    """All words that a tensor has in the cases drawn."""
    return {getattr(case.tensors[name], of) for case in drawn(check, contract)}


def options(check, name, contract="stateful"):
    return {case.options.get(name) for case in drawn(check, contract)}


@pytest.mark.parametrize("check", DRAWING)
def test_a_drawn_case_is_the_check_s_and_names_its_contract(check):
    names = [name for name in CONTRACTS if find_check(check).lacks(CONTRACTS[name]) is None]
    for case in drawn(check, names[0]):
        assert (case.check, case.contract) == (check, CONTRACTS[names[0]].name)
    assert len({case.seed for case in drawn(check, names[0])}) > 10


PLAIN = [check for check in DRAWING if find_check(check).lacks(CONTRACT) is None]
ALL = {"normal", "zero", "negative"}


@pytest.mark.parametrize("check", PLAIN)
def test_only_checks_of_values_draw_special_ones(check):
    special = check in ("special", "poison", "purity")
    assert words(check, "x") == (ALL if special else {"normal"})


@pytest.mark.parametrize("check", PLAIN)
def test_only_checks_of_memory_draw_layouts(check):
    layouts = words(check, "x", of="layout")
    assert (len(layouts) > 4) if check in ("layout", "bounds", "purity") else layouts == {"dense"}


@pytest.mark.parametrize("check", PLAIN)
def test_only_variants_draw_what_differs_from_call_to_call(check):
    varies = check == "variants"
    assert ("zero" in words(check, "b")) is varies
    assert (options(check, "fast", "plain") == {"false", "true"}) is varies
    assert (len(options(check, "scale", "plain")) > 1) is varies


@pytest.mark.parametrize("check", PLAIN)
def test_every_check_draws_dtypes(check):
    assert words(check, "x", of="dtype") == {"float32", "float16"}


def test_sizes_are_drawn_up_to_65536_elements_and_elsewhere_up_to_16384():
    def largest(check):
        contract = CONTRACTS["large"]
        return max(contract.elements(case.axes) for case in drawn(check, "large"))

    assert 1 << 14 < largest("sizes") <= 1 << 16
    assert all(largest(check) <= 1 << 14 for check in ("values", "dtypes", "poison"))
    assert any(case.axes["M"] * 40 > 1 << 16 for case in drawn("sizes", "large"))


def test_values_draw_signs_of_a_selection_and_integers_from_all_of_their_range():
    assert words("values", "x", "selecting") == {"normal", "all-negative", "positive", "signed"}
    assert words("values", "ids", "more") == {
        "uniform", "ends", "small", "ascending", "lowest", "highest",
    }  # fmt: skip


def test_ties_are_drawn():
    assert words("ties", "x", "selecting") == set(TIES)


def test_what_is_never_given_is_never_drawn():
    for check in ("special", "poison", "purity", "variants"):
        assert words(check, "never", "more") == {"none"}
    assert {"zeros", "padding-all", "uniform"} <= words("poison", "ids", "more")
    assert {"zeros", "padding-all", "uniform"} <= words("purity", "ids", "more")


def test_words_of_scenes_are_drawn_where_they_are_asked_about():
    held, table = {"mixed", "0", "full"}, {"scattered", "ordered"}
    assert words("positions", "held", "stateful") == held
    assert words("positions", "table", "stateful") == table
    assert words("sequence", "held", "stateful") == held
    assert words("sequence", "table", "stateful") == {"scattered"}
    assert words("undefined", "table", "stateful") == table
    assert words("undefined", "held", "stateful") == {"mixed"}
    for check in ("values", "state", "poison", "purity", "special"):
        assert words(check, "held", "stateful") == {"mixed"}


def test_what_holds_nothing_is_filled_with_everything_harmful():
    assert options("undefined", "undefined") == set(FILLINGS[1:])
    assert options("undefined", "padding") == {"none"}
    assert options("undefined", "padding", "padded") == {"none", "one-row"}


def test_new_state_is_drawn_with_numbers_that_are_rounded():
    assert options("state", "new") == {"any"}
    assert options("values", "new") == {None}


def test_stress_of_a_scene_s_words_is_no_special_value():
    argument = TensorArgument("e", ("M",), ("float32",), "plain", values="ones")
    contract = replace(CONTRACT, arguments=(*CONTRACT.arguments, argument))
    CONTRACTS["plainer"] = contract
    assert words("special", "e", "plainer") == {"ones"}
    assert words("special", "query", "stateful") == {"normal", "large", "nan"}
