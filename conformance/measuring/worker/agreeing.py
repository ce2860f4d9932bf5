"""Do candidates agree with the operator's own subject, where the oracle would take too long?"""

from typing import Any

import torch

from conformance.contract import Contract, Output
from conformance.execution.describe import describe
from conformance.measuring.worker.entrants import Entrant
from conformance.tensors.dtypes import dtype_name, same_bits

_TWICE = 2.0
"""Both may use their whole budget."""
Named = dict[str, torch.Tensor]


class Agreement:
    """The answer of ``owner`` to some arguments, which others are compared with.

    Integers, ids and states have to be equal, floats lie within twice the output's budget, measured
    by the largest number of the output.
    """

    def __init__(self, contract: Contract, arguments: tuple[Any, ...], owner: Entrant) -> None:
        self._contract, self._arguments, self._owner = contract, _copy(arguments), owner
        self._outputs = {output.name: output for output in contract.outputs}
        self._owed: Named = {}
        self._problem = self._ask_owner()

    def problem(self, entrant: Entrant) -> str:
        """How the answer of somebody differs; empty if it does not."""
        if self._problem:
            return self._problem
        try:
            found = self._answer(entrant)
        except Exception as error:  # whatever a subject raises is its answer
            return f"it raised {describe(error)}"
        for name, owed in self._owed.items():
            if told := _differ(self._outputs.get(name), found.get(name), owed):
                return f"{name}: {told}, beside {self._owner.name}"
        return ""

    def _ask_owner(self) -> str:
        name = self._owner.name
        if self._owner.absent:
            return f"{name}, which would say what is right, is not here: {self._owner.absent}"
        try:
            self._owed = self._answer(self._owner)
        except Exception as error:
            return f"{name}, which would say what is right, raised {describe(error)}"
        return ""

    def _answer(self, entrant: Entrant) -> Named:
        """Outputs and states by name."""
        assert entrant.answers is not None
        arguments = _copy(self._arguments)
        result = entrant.answers(arguments)()
        several = result if isinstance(result, tuple | list) else (result,)
        contract = self._contract
        found = dict(zip((output.name for output in contract.returned), several, strict=False))
        written = {a.name for a in contract.tensors if a.written}
        values = zip(contract.arguments, arguments, strict=True)
        found |= {argument.name: value for argument, value in values if argument.name in written}
        return {name: value for name, value in found.items() if isinstance(value, torch.Tensor)}


def _copy(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(a.clone() if isinstance(a, torch.Tensor) else a for a in arguments)


def _differ(output: Output | None, own: torch.Tensor | None, owed: torch.Tensor) -> str:
    if own is None or own.shape != owed.shape or own.dtype != owed.dtype:
        return "has another form"
    budget = output.budget_for(dtype_name(own.dtype)) if output else None
    if budget is None:
        return "" if torch.equal(own, owed) or same_bits(own, owed) else "is not the same"
    a, b = own.double(), owed.double()
    largest = float(b.abs().nan_to_num(0.0, 0.0, 0.0).max()) if b.numel() else 0.0
    allowed = _TWICE * (budget.relative * b.abs() + budget.absolute * max(largest, 1.0))
    wrong = ~(((a - b).abs() <= allowed) | (a == b) | (a.isnan() & b.isnan()))
    return f"{int(wrong.sum())} elements are off" if bool(wrong.any()) else ""
