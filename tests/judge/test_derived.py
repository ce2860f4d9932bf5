"""Numbers that are worked out of several outputs, which are judged together by them."""

from dataclasses import replace

import pytest
import torch

from conformance.contract import Derived
from conformance.judge.answer import Owed
from conformance.judge.derived import judge_derived

from .contracts import EXACT, PAIR, mistake

ROWS = torch.tensor([[1.0, 5.0, 3.0], [9.0, 7.0, 8.0]], dtype=torch.float64)


def owed(**changes):
    empty = {"outputs": {}, "states": {}, "magnitudes": {}, "open": {}, "groups": {}}
    return Owed(**{**empty, **changes})


def derived_of(function, budget=EXACT):
    return Derived("v", ("y", "q"), function, budget, "m")


def judged(function, got, wanted, contract=PAIR, budget=EXACT, first_row=0, **more):
    made = derived_of(function, budget)
    return judge_derived(contract, made, got, owed(outputs=wanted, **more), first_row)


def test_a_derived_number_is_worked_out_of_wide_outputs():
    seen = []

    def both(y, q):
        seen.append((y.dtype, q.dtype))
        return y + q

    got = {"y": torch.tensor([1.5, 2.5]), "q": torch.tensor([100, 100], dtype=torch.int8)}
    wanted = {"y": torch.tensor([1.5, 2.5]).double(), "q": torch.tensor([100, 100])}
    assert judged(both, got, wanted) is None
    assert seen == [(torch.float64, torch.int64)] * 2
    other = {**got, "q": torch.tensor([100, 101], dtype=torch.int8)}
    found = judged(both, other, wanted, first_row=40)
    assert (found.about, found.got, found.wanted) == ("v", "103.5", "102.5")
    assert found.where == "element [41]"


def test_a_derived_number_has_magnitudes_and_open_elements_of_its_own():
    got = {"y": torch.tensor([1.0, 2.0]), "q": torch.tensor([0, 0])}
    wanted = {"y": torch.tensor([2.0, 2.0]), "q": torch.tensor([0, 0])}
    budget = replace(EXACT, absolute=0.25)
    first = judged(lambda y, q: y, got, wanted, budget=budget)
    assert first.where == "element [0]"
    assert judged(lambda y, q: y, got, wanted, open={"v": torch.tensor([True, False])}) is None
    assert judged(lambda y, q: y, got, wanted, open={"y": torch.tensor([True, False])}) is not None
    large = {"v": torch.tensor([4.0])}
    assert judged(lambda y, q: y, got, wanted, budget=budget, magnitudes=large) is None


@pytest.mark.parametrize("field", ["open", "magnitudes"])
def test_what_is_said_of_a_derived_number_has_its_shape(field):
    tensors = {"y": ROWS[0], "q": ROWS[0]}
    found = mistake(judged, lambda y, q: y, tensors, tensors, **{field: {"v": torch.ones(2)}})
    assert (
        found == "derived v: the answer speaks of shape (2,), not (3,); one entry for each element"
    )


def test_a_derived_number_has_one_shape():
    found = mistake(
        judged, lambda y, q: y[y > 2], {"y": ROWS[0], "q": ROWS[0]}, {"y": ROWS[1], "q": ROWS[1]}
    )
    assert found == (
        "derived v: has shape (2,) of the outputs, (3,) of the answer; "
        "let the shape depend on theirs alone"
    )


def test_a_derived_number_is_a_tensor():
    tensors = {"y": ROWS[0], "q": ROWS[0]}
    said_of = "derived v: returns float for v; return a tensor"
    assert mistake(judged, lambda y, q: 1.0, tensors, tensors) == said_of
    one = {"y": ROWS[0], "q": ROWS[0]}, {"y": ROWS[:1, 0], "q": ROWS[0]}
    said_of = "derived v: returns int for v; return a tensor"
    assert mistake(judged, lambda y, q: y if len(y) == 1 else 3, *one) == said_of
    raised = mistake(judged, lambda y, q: y / None, tensors, tensors)
    assert raised.startswith("derived v: raises TypeError")
