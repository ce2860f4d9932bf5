"""What a reference says is owed, by name; a reference that goes wrong is no subject's fault."""

from dataclasses import replace

import pytest
import torch

from conformance.contract import Answer, Role
from conformance.judge.answer import ask_reference

from .contracts import DOUBLE, EXACT, KEPT, PAIR, STATE, TOP, X, Y, mistake

ROWS = torch.tensor([[1.0, 5.0, 3.0], [9.0, 7.0, 8.0]], dtype=torch.float64)
SIZES = {"M": 2, "N": 3, "K": 2}


def asked(reference, contract=DOUBLE, arguments=(ROWS,), chosen=(), **changes):
    contract = replace(contract, reference=reference, **changes)
    return ask_reference(contract, SIZES, arguments, dict(chosen))


def test_open_elements_of_the_answer_and_the_unspecified_ones_are_both_open():
    first = torch.tensor([[True, False, False], [False, False, False]])
    last = torch.tensor([[False, False, False], [False, False, True]])

    def answer(x):
        return Answer((2 * x,), open={"y": first})

    assert torch.equal(asked(answer, unspecified=lambda x: {"y": last}).open["y"], first | last)
    assert torch.equal(asked(answer, unspecified=lambda x: {}).open["y"], first)
    assert torch.equal(asked(answer).open["y"], first)
    bare = asked(lambda x: 2 * x, unspecified=lambda x: {"y": last})
    assert torch.equal(bare.open["y"], last)


def test_what_is_open_in_one_output_is_not_in_another():
    row = torch.tensor([True, False])
    found = asked(
        lambda x: Answer((2 * x, x.argmax(-1)), open={"q": row}), PAIR,
        unspecified=lambda x: {"y": torch.tensor(True)},
    ).open  # fmt: skip
    assert (found["q"].tolist(), found["y"].tolist()) == ([True, False], True)


def test_an_answer_is_taken_apart_by_name():
    state = ROWS.float()
    sizes, groups = torch.ones(2, 3), {}
    found = asked(
        lambda x, s: Answer((2 * x, s + 1), {"y": sizes}, {}, groups), KEPT, (ROWS, state)
    )
    assert torch.equal(found.outputs["y"], 2 * ROWS) and list(found.outputs) == ["y"]
    assert torch.equal(found.states["s"], state + 1) and list(found.states) == ["s"]
    assert found.magnitudes == {"y": sizes}
    assert (found.open, found.groups) == ({}, {})


def test_a_reference_gets_no_output_that_the_caller_passes():
    passed = replace(X, name="y", role=Role.OUTPUT)
    contract = replace(DOUBLE, arguments=(X, passed))
    found = asked(lambda x: (2 * x,), contract, (ROWS, torch.zeros(2, 3)))
    assert torch.equal(found.outputs["y"], 2 * ROWS)


def test_a_reference_and_what_it_leaves_open_follow_the_ids_that_were_chosen():
    ids = torch.tensor([[2, 0], [1, 1]])
    found = asked(
        lambda x, k, ids: (x.gather(-1, ids), ids), TOP, (ROWS, 2), {"ids": ids},
        unspecified=lambda x, k, ids: {"values": ids == 2},
    )  # fmt: skip
    assert torch.equal(found.outputs["values"], ROWS.gather(-1, ids))
    assert torch.equal(found.open["values"], ids == 2)


@pytest.mark.parametrize(
    ("reference", "said_of"),
    [
        (lambda x: (x, x), "reference: returns 2 tensors, not 1; return y in this order"),
        (lambda x: (), "reference: returns 0 tensors, not 1; return y in this order"),
        (lambda x: {"y": x}, "reference: returns dict tensors, not 1; return y in this order"),
        (lambda x: None, "reference: returns NoneType tensors, not 1; return y in this order"),
        (lambda x: (1.0,), "reference: returns float for y; return a tensor"),
        (
            lambda x: (x[:1],),
            "reference: returns y of shape (1, 3), not (2, 3); its axes are (M, N)",
        ),
        (
            lambda x: (x.float(),),
            "reference: returns y in float32, which rounds the oracle; compute it in float64",
        ),
        (
            lambda x: (x.long(),),
            "reference: returns y in int64, which rounds the oracle; compute it in float64",
        ),
    ],
)
def test_what_cannot_be_the_answer_is_told(reference, said_of):
    assert mistake(asked, reference) == said_of


def test_states_follow_the_outputs_and_are_named_with_them():
    found = mistake(asked, lambda x, s: (x,), KEPT, (ROWS, ROWS.float()))
    assert found == "reference: returns 1 tensors, not 2; return y, s in this order"


@pytest.mark.parametrize(
    ("budget", "state", "said_of"),
    [
        (None, ROWS, "float64 (2, 3), not as float32 (2, 3); return it as it is held"),
        (None, ROWS.half(), "float16 (2, 3), not as float32 (2, 3); return it as it is held"),
        (None, ROWS[:1].float(), "float32 (1, 3), not as float32 (2, 3); return it as it is held"),
        (EXACT, ROWS.float(), "float32 (2, 3), not as float64 (2, 3); compute it in float64"),
        (EXACT, ROWS[:1], "float64 (1, 3), not as float64 (2, 3); compute it in float64"),
    ],
)
def test_a_state_comes_as_it_is_held_or_wide_if_it_has_a_budget(budget, state, said_of):
    contract = replace(KEPT, arguments=(X, replace(STATE, budget=budget)))
    found = mistake(asked, lambda x, s: (2 * x, state), contract, (ROWS, ROWS.float()))
    assert found == f"reference: returns the state s as {said_of}"


def test_a_state_of_integers_is_compared_as_they_are_though_it_may_have_a_budget():
    kept = replace(STATE, dtypes=("float32", "int8"), budget=EXACT)
    contract = replace(KEPT, arguments=(X, kept))
    held = torch.ones(2, 3, dtype=torch.int8)
    assert (
        asked(lambda x, s: (2 * x, s + 1), contract, (ROWS, held)).states["s"].dtype == torch.int8
    )
    asked(lambda x, s: (2 * x, s.double() + 1), contract, (ROWS, ROWS.float()))


def test_numbers_that_are_compared_exactly_are_whole():
    found = mistake(asked, lambda x: (2 * x, x[:, 0] + 0.5), PAIR)
    assert found == (
        "reference: returns q, which is compared exactly, as numbers with fractions; "
        "round it, or give a budget"
    )
    assert asked(lambda x: (2 * x, x[:, 0]), PAIR).outputs["q"].tolist() == [1.0, 9.0]


def test_integers_with_a_budget_may_come_as_integers():
    whole = replace(Y, dtype="int32", budget=EXACT)
    asked(lambda x: (x.long(),), outputs=(whole,))
    asked(lambda x: (x,), outputs=(whole,))
    rounded = mistake(asked, lambda x: (x.float(),), outputs=(whole,))
    assert "in float32, which rounds the oracle" in rounded


def test_what_is_said_of_elements_is_checked_in_every_field():
    for field in ("open", "magnitudes", "groups"):
        found = mistake(asked, lambda x, field=field: Answer((2 * x,), **{field: {"z": x}}))
        assert found.startswith(f"Answer.{field}: speaks of z; known: ")
    found = mistake(asked, lambda x: 2 * x, unspecified=lambda x: {"z": x > 0})
    assert found == "unspecified: speaks of z; known: y"
    found = mistake(asked, lambda x: 2 * x, unspecified=lambda x: 1 / 0)
    assert found.startswith("unspecified: raises ZeroDivisionError")
    open_order = replace(PAIR, outputs=(Y, replace(PAIR.outputs[1], order="any within a group")))
    found = mistake(asked, lambda x: (2 * x, x[:, 0].long()), open_order)
    assert found.startswith("reference: tells no groups of q")


def test_a_state_comes_wide_in_the_dtypes_alone_that_have_a_budget():
    kept = replace(STATE, dtypes=("float32", "float16"), budget={"float16": EXACT})
    contract = replace(KEPT, arguments=(X, kept))
    states = {
        dtype: {"wide": ROWS + 1, "held": (ROWS + 1).to(dtype)}
        for dtype in (torch.float32, torch.float16)
    }
    for dtype, right, wrong in (
        (torch.float32, "held", "wide"),
        (torch.float16, "wide", "held"),
    ):
        arguments = (ROWS, ROWS.to(dtype))
        owed = states[dtype][right]
        found = asked(lambda x, s, owed=owed: (2 * x, owed), contract, arguments)
        assert found.states["s"] is owed
        other = states[dtype][wrong]
        said = mistake(asked, lambda x, s, other=other: (2 * x, other), contract, arguments)
        assert said.startswith("reference: returns the state s as ")
