"""What a selection compares."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import torch

from conformance.contract import Contract, ContractMistake, Output, Size, shape_of
from conformance.judge.called import a_tensor, call

Chosen = Mapping[str, torch.Tensor]
"""Ids that were selected, by the names of outputs."""


def selection_scores(
    contract: Contract,
    output: Output,
    axes: Mapping[str, Size],
    inputs: Mapping[str, Any],
    chosen: Chosen,
) -> torch.Tensor:
    """The argument's entries, or what the contract's score makes of them; float64.

    ``chosen`` are the subject's ids of this output and of those before it, as far as it was asked.
    Raises :class:`~conformance.contract.ContractMistake` for a score that goes wrong.
    """
    selection = output.selection
    assert selection is not None
    if selection.score is None:
        values: torch.Tensor = inputs[selection.argument]
        return values.double()
    passed = {argument.name for argument in contract.passed_outputs}
    given = [value for name, value in inputs.items() if name not in passed]
    field = f"output {output.name}, score"
    keywords = _keywords(contract, output, selection.score, chosen)
    found = call(contract, field, selection.score, given, keywords)
    scores = a_tensor(contract, field, "the scores", found)
    owed = (
        tuple(inputs[selection.argument].shape)
        if selection.argument
        else tuple(shape_of(selection.scored, axes))
    )
    if tuple(scores.shape) != owed:
        problem = f"returns shape {tuple(scores.shape)}, not {owed}"
        mend = f"return a score for each entry of {selection.argument or selection.scored}"
        raise ContractMistake(contract.name, field, problem, mend)
    return scores.double()


def _keywords(
    contract: Contract, output: Output, score: Callable[..., Any], chosen: Chosen
) -> dict[str, torch.Tensor | None]:
    """The subject's ids, for a score that asks for them by names of outputs."""
    try:
        taken = inspect.signature(score).parameters
    except (TypeError, ValueError):  # a function without a signature, such as torch's own
        return {}
    selecting = [each.name for each in contract.outputs if each.selection]
    known = selecting[: selecting.index(output.name) + 1]
    return {name: chosen.get(name) for name in known if name in taken}
