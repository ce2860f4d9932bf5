"""What an answer says of single elements: which are open, how large, of which group."""

from dataclasses import replace

import pytest
import torch

from conformance.contract import Derived
from conformance.judge.elements import check_elements, check_groups, stretches

from .contracts import EXACT, KEPT, PAIR, STATE, X, Y, mistake

ROWS = torch.tensor([[1.0, 5.0, 3.0], [9.0, 7.0, 8.0]], dtype=torch.float64)


@pytest.mark.parametrize(
    ("shape", "onto", "fits"),
    [
        ((2, 3), (2, 3), True), ((3,), (2, 3), True), ((1, 3), (2, 3), True), ((), (2, 3), True),
        ((2, 1), (2, 3), True), ((2,), (2, 3), False), ((1, 2, 3), (2, 3), False), ((), (), True),
        ((3, 3), (2, 3), False), ((0,), (2, 0), True), ((0,), (2, 1), False),
    ],
)  # fmt: skip
def test_what_is_said_of_elements_broadcasts_to_them(shape, onto, fits):
    assert stretches(shape, onto) is fits


BUDGETED = replace(KEPT, arguments=(X, replace(STATE, budget=EXACT)))
GROUPED = replace(
    PAIR, outputs=(Y, replace(PAIR.outputs[1], order="any within a group")),
    derived=(Derived("v", ("y",), lambda y: y, EXACT, "m"),),
)  # fmt: skip
YES, ONES = torch.ones(2, 3, dtype=torch.bool), torch.ones(2, 3)
NAMED = {"outputs": {"y": ROWS, "q": ROWS[:, 0]}, "states": {"s": ROWS}}


def said(contract, field, found):
    return mistake(check_elements, contract, field, found, *NAMED.values())


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("Answer.open", {"y": YES, "s": YES[:, :1], "v": torch.ones(77, dtype=torch.bool)}),
        ("unspecified", {"q": YES[:, 0]}),
        ("Answer.magnitudes", {"y": ONES, "v": ONES}),
        ("Answer.magnitudes", {"y": ONES * 0}),
        ("Answer.magnitudes", {"y": ONES * float("nan")}),
        ("Answer.groups", {"q": torch.ones(2, dtype=torch.int64)}),
        ("Answer.groups", {}),
    ],
)
def test_what_can_be_said_of_elements_is_taken(field, found):
    check_elements(GROUPED, field, found, *NAMED.values())


@pytest.mark.parametrize(
    ("contract", "field", "found", "expected"),
    [
        (
            GROUPED, "Answer.open", [YES],
            "Answer.open: is list; give a dict from names to tensors",
        ),
        (
            GROUPED, "Answer.open", {"z": YES, "a": YES},
            "Answer.open: speaks of a, z; known: y, q, s, v",
        ),
        (GROUPED, "unspecified", {3: YES}, "unspecified: speaks of 3; known: y, q, s, v"),
        (
            GROUPED, "Answer.magnitudes", {"s": ONES},
            "Answer.magnitudes: speaks of s; known: y, q, v",
        ),
        (
            BUDGETED, "Answer.magnitudes", {"z": ONES},
            "Answer.magnitudes: speaks of z; known: y, q, s",
        ),
        (GROUPED, "Answer.groups", {"y": ONES}, "Answer.groups: speaks of y; known: q"),
        (PAIR, "Answer.groups", {"y": ONES}, "Answer.groups: speaks of y; known: none"),
        (GROUPED, "Answer.open", {"y": 1}, "Answer.open: returns int for y; return a tensor"),
        (
            GROUPED, "Answer.open", {"y": ONES},
            "Answer.open: y is float32, not bool; true is an element that is open",
        ),
        (
            GROUPED, "unspecified", {"y": ONES.int()},
            "unspecified: y is int32, not bool; true is an element that is open",
        ),
        (
            GROUPED, "Answer.magnitudes", {"y": torch.tensor([0.0, 1.0, -0.5])},
            "Answer.magnitudes: y has numbers below zero; take their size",
        ),
        (GROUPED, "Answer.groups", {"q": ONES[:, 0]}, "Answer.groups: q is float32; give integers"),
        (
            GROUPED, "Answer.open", {"s": YES[:, :2]},
            "Answer.open: s has shape (2, 2), not (2, 3); one entry for each element",
        ),
        (
            GROUPED, "Answer.magnitudes", {"y": torch.ones(1, 2, 3)},
            "Answer.magnitudes: y has shape (1, 2, 3), not (2, 3); one entry for each element",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_said_of_elements_is_told(contract, field, found, expected):
    assert said(contract, field, found) == expected


def test_groups_are_owed_where_an_order_is_open():
    check_groups(PAIR, {})
    check_groups(GROUPED, {"q": ONES})
    assert mistake(check_groups, GROUPED, {"y": ONES}) == (
        "reference: tells no groups of q, whose order is open within a group; "
        "return an Answer with groups"
    )
