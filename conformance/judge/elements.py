"""What an answer says of single elements: which are open, how large, of which group."""

from collections.abc import Mapping
from typing import Any

import torch

from conformance.contract import Contract, ContractMistake
from conformance.judge.called import a_tensor

Tensors = Mapping[str, torch.Tensor]


def check_elements(
    contract: Contract, field: str, found: Any, outputs: Tensors, states: Tensors
) -> None:
    """Raise :class:`~conformance.contract.ContractMistake` for what cannot be said of elements.

    ``found`` maps names to tensors, and ``field`` is where it comes from: ``Answer.open``,
    ``Answer.magnitudes``, ``Answer.groups`` or ``unspecified``.
    """
    if not isinstance(found, Mapping):
        problem = f"is {type(found).__name__}"
        raise ContractMistake(contract.name, field, problem, "give a dict from names to tensors")
    derived = [value.name for value in contract.derived]
    known = {
        "Answer.magnitudes": [*outputs, *derived, *(a.name for a in contract.states if a.budget)],
        "Answer.groups": [o.name for o in contract.outputs if o.order != "exact"],
    }.get(field, [*outputs, *states, *derived])
    if unknown := sorted(map(str, set(found) - set(known))):
        problem = f"speaks of {', '.join(unknown)}"
        raise ContractMistake(contract.name, field, problem, f"known: {', '.join(known) or 'none'}")
    for name, tensor in found.items():
        a_tensor(contract, field, name, tensor)
        _check_kind(contract, field, name, tensor)
        about = outputs.get(name, states.get(name))
        if about is not None and not stretches(tuple(tensor.shape), tuple(about.shape)):
            problem = f"{name} has shape {tuple(tensor.shape)}, not {tuple(about.shape)}"
            raise ContractMistake(contract.name, field, problem, "one entry for each element")


def check_groups(contract: Contract, groups: Tensors) -> None:
    """Raise for an output whose order is open within groups that the reference does not tell."""
    for output in contract.outputs:
        if output.order != "exact" and output.name not in groups:
            problem = f"tells no groups of {output.name}, whose order is open within a group"
            mend = "return an Answer with groups"
            raise ContractMistake(contract.name, "reference", problem, mend)


def _check_kind(contract: Contract, field: str, name: str, tensor: torch.Tensor) -> None:
    dtype = str(tensor.dtype).removeprefix("torch.")
    if field == "Answer.magnitudes":
        if bool((tensor < 0).any()):  # NaN is what becomes of NaN
            problem = f"{name} has numbers below 0"
            raise ContractMistake(contract.name, field, problem, "take their size")
    elif field == "Answer.groups":
        if tensor.is_floating_point():
            raise ContractMistake(contract.name, field, f"{name} is {dtype}", "give integers")
    elif tensor.dtype != torch.bool:
        problem = f"{name} is {dtype}, not bool"
        raise ContractMistake(contract.name, field, problem, "true is an element that is open")


def stretches(shape: tuple[int, ...], onto: tuple[int, ...]) -> bool:
    """Whether a tensor of ``shape`` broadcasts to ``onto``; torch's own answer imports sympy."""
    tail = onto[len(onto) - len(shape) :]
    return len(shape) <= len(onto) and all(a in (1, b) for a, b in zip(shape, tail, strict=True))
