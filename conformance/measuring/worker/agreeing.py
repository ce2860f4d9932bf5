"""Do two implementations agree on arguments that are too large for the oracle?"""

from typing import Any

import torch

from conformance.case import Case
from conformance.contract import Contract, Output
from conformance.execution.describe import describe
from conformance.measuring.worker.arguments import arguments_of
from conformance.measuring.worker.entrants import Entrant
from conformance.tensors.dtypes import dtype_name, same_bits

_TWICE = 2.0
"""Both may use their whole budget."""


def disagreement(
    contract: Contract, case: Case, entrant: Entrant, other: Entrant, device: str
) -> str:
    """How the answers of two differ; empty if they agree.

    Integers, ids and states have to be equal, floats lie within twice the output's budget, measured
    by the largest number of the output.
    """
    if other.absent:
        return f"{other.name}, which would say what is right, is not here: {other.absent}"
    found = []
    for each in (entrant, other):
        assert each.answers is not None
        arguments = arguments_of(contract, case, device)
        try:
            result = each.answers(arguments)()
        except Exception as error:  # whatever a subject raises is its answer
            return f"{each.name} raised {describe(error)}"
        found.append(_named(contract, arguments, result))
    outputs = {output.name: output for output in contract.outputs}
    for name, own in found[0].items():
        if problem := _differ(outputs.get(name), own, found[1].get(name)):
            return f"{name}: {problem}, beside {other.name}"
    return ""


def _named(contract: Contract, arguments: tuple[Any, ...], result: Any) -> dict[str, torch.Tensor]:
    """Outputs and states by name."""
    several = result if isinstance(result, tuple | list) else (result,)
    found = dict(zip((output.name for output in contract.returned), several, strict=False))
    written = {a.name for a in contract.tensors if a.written}
    values = zip(contract.arguments, arguments, strict=True)
    found |= {argument.name: value for argument, value in values if argument.name in written}
    return {name: value for name, value in found.items() if isinstance(value, torch.Tensor)}


def _differ(output: Output | None, own: torch.Tensor, other: torch.Tensor | None) -> str:
    if other is None or own.shape != other.shape or own.dtype != other.dtype:
        return "has another form"
    budget = output.budget_for(dtype_name(own.dtype)) if output else None
    if budget is None:
        return "" if torch.equal(own, other) or same_bits(own, other) else "is not the same"
    a, b = own.double(), other.double()
    largest = float(b.abs().nan_to_num(0.0, 0.0, 0.0).max()) if b.numel() else 0.0
    allowed = _TWICE * (budget.relative * b.abs() + budget.absolute * max(largest, 1.0))
    wrong = ~(((a - b).abs() <= allowed) | (a == b) | (a.isnan() & b.isnan()))
    return f"{int(wrong.sum())} elements are off" if bool(wrong.any()) else ""
