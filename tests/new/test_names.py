"""What an operator may be called, and what is proposed if it may not."""

import pytest

from conformance.templates.names import LONGEST, check_name
from conformance.templates.rendering import OPERATORS, names_used

USED = {"x", "tl"}


@pytest.mark.parametrize("name", ["my_norm", "rms_norm", "RMSNorm", "norm2", "a" * LONGEST])
def test_an_identifier_will_do(name):
    check_name(name, USED)


@pytest.mark.parametrize(
    ("name", "problem", "better"),
    [
        ("my-norm", "letters, digits and _", "my_norm"),
        ("my norm.py", "letters, digits and _", "my_norm_py"),
        ("../norm", "letters, digits and _", "norm"),
        ("2norm", "no digit first", "op_2norm"),
        ("class", "keyword", "my_class"),
        ("sum", "builtin", "my_sum"),
        ("random", "would hide the module", "my_random"),
        ("torch", "would hide the module", "my_torch"),
        ("Random", "would hide the module", "my_Random"),
        ("conformance", "would hide the module", "my_conformance"),
        ("test_norm", "no kernel for pytest", "norm"),
        ("norm_contract", "no kernel for pytest", "norm"),
        ("x", "template use it", "my_x"),
        ("a" * (LONGEST + 1), "more than 64 characters", "a" * (LONGEST - 10)),
    ],
)
def test_what_will_not_do_is_told_with_a_name_that_will(name, problem, better):
    with pytest.raises(ValueError, match="cannot be the name of an operator") as caught:
        check_name(name, USED)
    text = str(caught.value)
    assert problem in text
    assert text.endswith(f"did you mean {better}?")
    check_name(better, USED)


@pytest.mark.parametrize("name", ["", "-", "é", "\n"])
def test_where_nothing_is_near_nothing_is_proposed(name):
    with pytest.raises(ValueError, match="letters, digits and _") as caught:
        check_name(name, USED)
    assert "did you mean" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("template", OPERATORS)
def test_names_that_the_files_use_are_taken_and_words_of_calls_are_not(template):
    used = names_used(template)
    assert {
        "torch",
        "tl",
        "reference",
        "CONTRACT",
        "BLOCK" if template != "select" else "E",
    } <= used
    assert not used & {"other", "mask", "float32", "my_norm"}
