"""A contract as far as one implementation promises to keep it."""

from dataclasses import replace

import pytest

from conformance.contract import Choice, WordArgument, narrowed

from ..stateful.toy import CONTRACT


def narrow(*within, **dtypes):
    return narrowed(CONTRACT, within, dtypes)


def test_conditions_bind_like_constraints():
    contract = narrow("D % 4 == 0", "B <= L")
    assert contract.allows({"B": 1, "H": 1, "S": 4, "L": 1, "D": 4})
    assert not contract.allows({"B": 1, "H": 1, "S": 4, "L": 1, "D": 5})
    assert not contract.allows({"B": 2, "H": 1, "S": 4, "L": 1, "D": 4})
    assert not contract.allows({"B": 1, "H": 1, "S": 1, "L": 2, "D": 4})


def test_a_usual_size_that_is_promised_stays():
    assert narrow("S % 4 == 0").axis("S").usual == CONTRACT.axis("S").usual == 8


def test_a_usual_size_beyond_the_promise_moves_to_the_first_edge_within():
    assert narrow("S > 8").axis("S").usual == 16
    assert narrow("S != 8", "S < 3").axis("S").usual == 1


def test_an_axis_of_which_nothing_is_left_is_refused():
    with pytest.raises(ValueError, match="no usual size or edge of S satisfies"):
        narrow("S == 7")


@pytest.mark.parametrize("condition", ["M < 3", "S ==", "min(S, D) > 3"])
def test_a_condition_on_no_axis_is_refused(condition):
    with pytest.raises(ValueError, match=r"unknown axes|expression"):
        narrow(condition)


def test_fewer_dtypes_are_those_of_the_arguments_named():
    contract = narrow(pool=("float16",))
    assert contract.tensor("pool").dtypes == ("float16",)
    assert contract.tensor("query").dtypes == ("float32", "float16")


def test_what_shares_a_dtype_is_narrowed_with_its_leader():
    contract = narrow(query=("float16",))
    assert contract.tensor("new").dtypes == ("float16",)


def test_nothing_narrowed_is_the_contract_itself():
    assert narrow() == CONTRACT


WORDED = replace(
    CONTRACT,
    arguments=(*CONTRACT.arguments, WordArgument("mode", "how", ("fast", "slow", "odd"))),
    choices=(*CONTRACT.choices, Choice("filled", ("random", "equal"), "how it is filled")),
)


def test_words_of_arguments_and_choices_that_a_promise_leaves_are_the_only_ones():
    narrow = narrowed(WORDED, (), {}, words={"mode": ("slow",), "filled": ("equal",)})
    (mode,) = [each for each in narrow.arguments if each.name == "mode"]
    (filled,) = [each for each in narrow.choices if each.name == "filled"]
    assert (mode.choices, filled.words) == (("slow",), ("equal",))
    assert narrowed(WORDED, (), {}) == WORDED


def test_a_promise_without_any_word_of_an_argument_is_none_that_a_contract_keeps():
    with pytest.raises(ValueError, match="a promise that no contract can keep"):
        narrowed(WORDED, (), {}, words={"mode": ()})
