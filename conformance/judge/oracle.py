"""A result against its contract: form, ids, floats."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import torch

from conformance.contract import Answer, Contract, Role, Shape, SizeArgument
from conformance.events.finding import Finding
from conformance.judge.budget import judge_floats
from conformance.judge.selection import judge_ids, judge_selected
from conformance.judge.state import judge_state
from conformance.judge.structure import judge_structure
from conformance.tensors.dtypes import torch_dtype


class Asked(StrEnum):
    """What of a call is judged."""

    ALL = "all"
    OUTPUTS = "outputs"
    STATES = "states"


ROWS_AT_ONCE = 1 << 15
"""Rows judged together: the fp64 copies of a larger piece would outweigh the experiment."""


def judge(
    contract: Contract,
    axes: Mapping[str, int],
    arguments: Sequence[Any],
    result: Any,
    device: str = "cpu",
    states: Mapping[str, torch.Tensor] | None = None,
    asked: Asked = Asked.ALL,
) -> list[Finding]:
    """Everything that is wrong with ``result`` for these ``arguments`` (CPU copies, as passed).

    ``device`` is the type of device that the subject was given its arguments on, and ``states``
    the arguments that it wrote in place, as they are afterwards (CPU). ``asked`` leaves out the
    outputs' values, or the states; the outputs' form is always judged.
    """
    findings = judge_structure(contract, axes, arguments, result, device)
    if findings:
        return findings
    states = {name: tensor.detach().cpu() for name, tensor in (states or {}).items()}
    outputs = [tensor.detach().cpu() for tensor in _as_tuple(result)]
    total = axes[contract.independent] if contract.independent else 1
    pieces = range(0, total, ROWS_AT_ONCE) if contract.independent else range(1)
    for first in pieces:
        last = min(first + ROWS_AT_ONCE, total)
        inputs = [
            _piece(contract, a, v, first, last)
            for a, v in zip(contract.arguments, arguments, strict=True)
        ]
        parts = [
            _cut(contract, o.axes, t, first, last)
            for o, t in zip(contract.outputs, outputs, strict=True)
        ]
        findings += _judge_piece(contract, inputs, parts, first, states, asked)
        if findings:
            break
    return findings


def _as_tuple(result: Any) -> tuple[torch.Tensor, ...]:
    return (result,) if isinstance(result, torch.Tensor) else tuple(result)


def _cut(contract: Contract, axes: Shape, tensor: torch.Tensor, first: int, last: int):
    return tensor[first:last] if axes and axes[0] == contract.independent else tensor


def _piece(contract: Contract, argument, value, first: int, last: int):
    if not isinstance(value, torch.Tensor):
        return value
    part = _cut(contract, argument.axes, value, first, last)
    if isinstance(argument, SizeArgument) or argument.role is Role.STATE:
        return part
    # A float argument may have been given as integers; they mean the same numbers.
    return part.double() if torch_dtype(argument.dtypes[0]).is_floating_point else part


def _judge_piece(
    contract: Contract,
    inputs: list[Any],
    outputs: list[torch.Tensor],
    first: int,
    states: Mapping[str, torch.Tensor],
    asked: Asked,
) -> list[Finding]:
    named = {a.name: v for a, v in zip(contract.arguments, inputs, strict=True)}
    chosen: dict[str, torch.Tensor] = {}
    for output, tensor in zip(contract.outputs, outputs, strict=True):
        if (selection := output.selection) is None:
            continue
        values, ids = named[selection.argument], tensor.long()
        finding = judge_ids(output.name, ids, values.shape[-1], first) or judge_selected(
            selection, output.name, ids, values, first
        )
        if finding:
            return [finding]
        chosen[output.name] = ids
    answer = contract.reference(*inputs, **chosen)
    if not isinstance(answer, Answer):
        answer = Answer(_as_tuple(answer))
    leave = dict(answer.open)
    if contract.unspecified:
        leave |= contract.unspecified(*inputs, *chosen.values())
    findings = []
    count = len(contract.outputs)
    for output, tensor, wanted in zip(
        contract.outputs, outputs, answer.outputs[:count], strict=True
    ):
        budget = output.budget_for(str(tensor.dtype).removeprefix("torch."))
        if budget is None or asked is Asked.STATES:
            continue
        magnitude = answer.magnitudes.get(output.name)
        if budget.magnitude:
            vector = named[budget.magnitude]
            magnitude = vector[chosen[output.follows]] if output.follows else vector
            magnitude = magnitude.abs().nan_to_num(nan=1.0, posinf=1.0).clamp(min=1.0)
        finding = judge_floats(
            output.name, tensor, wanted, budget, magnitude, leave.get(output.name), first
        )
        findings += [finding] if finding else []
    if asked is Asked.OUTPUTS:
        return findings
    for argument, wanted in zip(contract.states, answer.outputs[count:], strict=True):
        name = argument.name
        before, after = named[name], states[name]
        finding = judge_state(name, before, after, wanted, leave.get(name))
        findings += [finding] if finding else []
    return findings
