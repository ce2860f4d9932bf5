"""What a selection compares: entries of an argument, or what a score makes of all arguments."""

from dataclasses import replace

import torch

from conformance.contract import Axis, Expression, Output, Role, Selection
from conformance.judge.scores import selection_scores

from .contracts import TOP, X, mistake

ROWS = torch.tensor([[1.0, 5.0, 3.0], [9.0, 7.0, 8.0]], dtype=torch.float64)


def scores(score, ids=None, contract=TOP, inputs=None):
    output = replace(contract.outputs[1], selection=Selection("x", "N", "K", score=score))
    chosen = {} if ids is None else {output.name: ids}
    axes = {"M": 2, "N": 3, "K": 2}
    given = inputs or {"x": ROWS.float(), "k": 2}
    return selection_scores(contract, output, axes, given, chosen)


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


def test_what_is_scored_need_not_be_an_argument():
    """Tokens: each choice decides the next one, so the score follows the subject's."""
    tokens = Output(
        "tokens", ("M", "N"), "int64", "",
        selection=Selection("", "V", score=followed, scored=("M", "N", "V")),
    )  # fmt: skip
    best = Output(
        "best", ("M", "N", "K"), "int64", "",
        selection=Selection("", "V", "K", score=followed, scored=("M", "N", "V")),
    )  # fmt: skip
    contract = replace(
        TOP,
        axes=(*TOP.axes, Axis("V", "vocabulary", least=5, usual=5)),
        outputs=(tokens, best),
        constraints=(Expression("K <= V"),),
    )
    axes = {"M": 1, "N": 3, "K": 2, "V": 5}
    chosen = {"tokens": torch.tensor([[4, 0, 1]])}
    inputs = {"x": torch.tensor([[3.0]]), "k": 2}
    for output in contract.outputs:
        found = selection_scores(contract, output, axes, inputs, chosen)
        assert found.argmax(-1).tolist() == [[3, 4, 0]], "the last token decides the next one"


def followed(x, k, tokens):
    """The next token is the last one; the first one is in ``x``."""
    previous = torch.cat([x.long(), tokens[:, :-1]], -1)
    return torch.nn.functional.one_hot(previous, 5).double()
