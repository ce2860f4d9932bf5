"""What a selection compares: entries of an argument, or what a score makes of all arguments."""

from dataclasses import replace

import torch

from conformance.contract import Role, Selection
from conformance.judge.scores import selection_scores

from .contracts import TOP, X, mistake

ROWS = torch.tensor([[1.0, 5.0, 3.0], [9.0, 7.0, 8.0]], dtype=torch.float64)


def scores(score, ids=None, contract=TOP, inputs=None):
    output = replace(contract.outputs[1], selection=Selection("x", "N", "K", score=score))
    return selection_scores(contract, output, inputs or {"x": ROWS.float(), "k": 2}, ids)


def test_a_selection_without_a_score_compares_the_entries_themselves():
    found = scores(None)
    assert found.dtype == torch.float64 and torch.equal(found, ROWS)


def test_a_score_gets_all_arguments_in_order_and_the_ids_if_it_asks():
    ids = torch.tensor([[1, 2], [0, 2]])
    assert torch.equal(scores(lambda x, k: x * k, ids), ROWS * 2)
    assert scores(lambda x, k: x * k).dtype == torch.float64
    asked = scores(lambda x, k, ids: x if ids is None else x.scatter(-1, ids, 0.0), ids)
    assert torch.equal(asked, ROWS.scatter(-1, ids, 0.0))
    assert torch.equal(scores(lambda x, k, ids: x if ids is None else None), ROWS)


def test_a_score_without_a_signature_gets_no_ids():
    assert torch.equal(scores(torch.mul, torch.tensor([[0]])), ROWS * 2)


def test_a_score_gets_no_output_that_the_caller_passes():
    passed = replace(X, name="values", axes=("M", "K"), role=Role.OUTPUT)
    contract = replace(TOP, arguments=(*TOP.arguments, passed))
    inputs = {"x": ROWS, "k": 2, "values": torch.zeros(2, 2)}
    assert torch.equal(scores(lambda x, k: x, contract=contract, inputs=inputs), ROWS)


def test_a_score_for_each_entry_is_wanted():
    assert mistake(scores, lambda x, k: x[0]) == (
        "output ids, score: returns shape (3,), not (2, 3); return a score for each entry of x"
    )
    assert mistake(scores, lambda x, k: 1) == (
        "output ids, score: returns int for the scores; return a tensor"
    )


def test_a_score_that_raises_is_told():
    said = mistake(scores, lambda x, k: x / None)
    assert said.startswith("output ids, score: raises TypeError: ")
