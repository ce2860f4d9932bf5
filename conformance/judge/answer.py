"""What the reference says is owed, checked: a reference that goes wrong is no subject's fault."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from conformance.contract import Answer, Contract, ContractMistake, Output, Size
from conformance.contract.dtypes import is_integer
from conformance.contract.validation.outputs import dtypes_of
from conformance.judge.called import a_tensor, call
from conformance.judge.elements import check_elements, check_groups
from conformance.judge.structure import same_shape, shape_text
from conformance.tensors.dtypes import dtype_name


@dataclass(frozen=True)
class Owed:
    """The answer of a reference by name: ``outputs`` and ``states`` as they are owed."""

    outputs: Mapping[str, torch.Tensor]
    states: Mapping[str, torch.Tensor]
    magnitudes: Mapping[str, torch.Tensor]
    open: Mapping[str, torch.Tensor]
    groups: Mapping[str, torch.Tensor]


def ask_reference(
    contract: Contract,
    axes: Mapping[str, Size],
    arguments: Sequence[Any],
    chosen: Mapping[str, torch.Tensor],
) -> Owed:
    """What is owed for these ``arguments`` (in order, as a reference takes them).

    ``chosen`` are the ids that the subject selected, by output. Raises
    :class:`~conformance.contract.ContractMistake` if the reference raises, or returns something
    that cannot be what the contract describes.
    """
    given = [
        value
        for argument, value in zip(contract.arguments, arguments, strict=True)
        if argument.name not in {a.name for a in contract.passed_outputs}
    ]
    answer = call(contract, "reference", contract.reference, given, chosen)
    if not isinstance(answer, Answer):
        answer = Answer((answer,) if isinstance(answer, torch.Tensor) else answer)
    named = {a.name: v for a, v in zip(contract.arguments, arguments, strict=True)}
    outputs, states = _by_name(contract, answer, named)
    for output in contract.outputs:
        _check_output(contract, axes, output, outputs[output.name])
    for name, state in states.items():
        held = named[name].dtype
        wide = contract.tensor(name).budget_for(dtype_name(held)) and held.is_floating_point
        if state.dtype != (torch.float64 if wide else held) or state.shape != named[name].shape:
            got = f"{dtype_name(state.dtype)} {tuple(state.shape)}"
            wanted = f"{'float64' if wide else dtype_name(held)} {tuple(named[name].shape)}"
            problem = f"returns the state {name} as {got}, not as {wanted}"
            mend = "compute it in float64" if wide else "return it as it is held"
            raise ContractMistake(contract.name, "reference", problem, mend)
    for field in ("open", "magnitudes", "groups"):
        check_elements(contract, f"Answer.{field}", getattr(answer, field), outputs, states)
    check_groups(contract, answer.groups)
    opened = dict(answer.open)
    if contract.unspecified:
        more = call(contract, "unspecified", contract.unspecified, [*given, *chosen.values()])
        check_elements(contract, "unspecified", more, outputs, states)
        for name, elements in more.items():
            opened[name] = opened[name] | elements if name in opened else elements
    return Owed(outputs, states, dict(answer.magnitudes), opened, dict(answer.groups))


def _by_name(
    contract: Contract, answer: Answer, named: Mapping[str, Any]
) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """Outputs and states by name. What stands for a state that was not given is dropped."""
    names = [output.name for output in contract.outputs] + [a.name for a in contract.states]
    found = answer.outputs
    if not isinstance(found, tuple | list) or len(found) != len(names):
        count = len(found) if isinstance(found, tuple | list) else type(found).__name__
        problem = f"returns {count} tensors, not {len(names)}"
        mend = f"return {', '.join(names)} in this order"
        raise ContractMistake(contract.name, "reference", problem, mend)
    count = len(contract.outputs)
    pairs = list(zip(names, found, strict=True))
    given = [pair for pair in pairs[count:] if named[pair[0]] is not None]
    for name, tensor in (*pairs[:count], *given):
        a_tensor(contract, "reference", name, tensor)
    return dict(pairs[:count]), dict(given)


def _check_output(
    contract: Contract, axes: Mapping[str, Size], output: Output, tensor: torch.Tensor
) -> None:
    if not same_shape(output, tuple(tensor.shape), axes):
        wanted = shape_text(output, axes)
        problem = f"returns {output.name} of shape {tuple(tensor.shape)}, not {wanted}"
        mend = f"its axes are ({', '.join(map(str, output.axes))})"
        raise ContractMistake(contract.name, "reference", problem, mend)
    whole = not tensor.is_floating_point() and any(map(is_integer, dtypes_of(contract, output)))
    if output.budget and tensor.dtype != torch.float64 and not whole:
        problem = f"returns {output.name} in {dtype_name(tensor.dtype)}, which rounds the oracle"
        raise ContractMistake(contract.name, "reference", problem, "compute it in float64")
    exact = not (output.budget or output.selection or output.judged_in)
    if exact and tensor.is_floating_point() and not torch.equal(tensor, tensor.round()):
        problem = f"returns {output.name}, which is compared exactly, as numbers with fractions"
        raise ContractMistake(contract.name, "reference", problem, "round it, or give a budget")
