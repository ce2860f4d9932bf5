"""Conditions over axes are data: they are read, never run."""

import pytest

from conformance.contract import Expression


@pytest.mark.parametrize(
    ("text", "values", "holds"),
    [
        ("K <= E", {"K": 8, "E": 8}, True),
        ("K <= E", {"K": 9, "E": 8}, False),
        ("0 < K <= E", {"K": 0, "E": 8}, False),
        ("D % 64 == 0 and not D == 64", {"D": 128}, True),
        ("call == 'topk=0' or T == 0", {"call": "topk=1", "T": 0}, True),
        ("L - 1 < 2 ** 3", {"L": 8}, True),
    ],
)
def test_conditions_hold_or_not(text, values, holds):
    assert Expression(text).holds(values) is holds


@pytest.mark.parametrize(
    "text", ["__import__('os')", "E.real", "[1]", "K <=", "lambda: 1", "E if K else T", "K is E"]
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match="expression"):
        Expression(text)


def test_a_name_without_a_value_is_an_error():
    with pytest.raises(KeyError):
        Expression("K <= E").holds({"K": 1})
