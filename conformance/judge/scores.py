"""What a selection compares."""

import inspect
from collections.abc import Mapping
from typing import Any

import torch

from conformance.contract import Contract, ContractMistake, Output
from conformance.judge.called import a_tensor, call


def selection_scores(
    contract: Contract, output: Output, inputs: Mapping[str, Any], ids: torch.Tensor | None = None
) -> torch.Tensor:
    """The argument's entries, or what the contract's score makes of them; float64.

    Raises :class:`~conformance.contract.ContractMistake` for a score that goes wrong.
    """
    selection = output.selection
    assert selection is not None
    values: torch.Tensor = inputs[selection.argument]
    if selection.score is None:
        return values.double()
    passed = {argument.name for argument in contract.passed_outputs}
    given = [value for name, value in inputs.items() if name not in passed]
    field = f"output {output.name}, score"
    found = call(contract, field, selection.score, given, _keywords(output, ids))
    scores = a_tensor(contract, field, "the scores", found)
    if scores.shape != values.shape:
        problem = f"returns shape {tuple(scores.shape)}, not {tuple(values.shape)}"
        mend = f"return a score for each entry of {selection.argument}"
        raise ContractMistake(contract.name, field, problem, mend)
    return scores.double()


def _keywords(output: Output, ids: torch.Tensor | None) -> dict[str, torch.Tensor | None]:
    """The subject's ids, for a score that asks for them by the output's name."""
    assert output.selection is not None and output.selection.score is not None
    try:
        asks = output.name in inspect.signature(output.selection.score).parameters
    except (TypeError, ValueError):  # a function without a signature, such as torch's own
        asks = False
    return {output.name: ids} if asks else {}
