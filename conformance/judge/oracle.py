"""A result against its contract: form, ids, floats."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from conformance.contract import Contract
from conformance.inputs.dtypes import torch_dtype
from conformance.judge.budget import judge_floats
from conformance.judge.finding import Finding
from conformance.judge.selection import judge_ids, judge_selected
from conformance.judge.structure import judge_structure

ROWS_AT_ONCE = 1 << 15
"""Rows judged together: the fp64 copies of a larger piece would outweigh the experiment."""


def judge(
    contract: Contract,
    axes: Mapping[str, int],
    arguments: Sequence[Any],
    result: Any,
    device: str = "cpu",
) -> list[Finding]:
    """Everything that is wrong with ``result`` for these ``arguments`` (CPU copies, as passed).

    ``device`` is the type of device that the subject was given its arguments on.
    """
    findings = judge_structure(contract, axes, result, device)
    if findings:
        return findings
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
        findings += _judge_piece(contract, inputs, parts, first)
        if findings:
            break
    return findings


def _as_tuple(result: Any) -> tuple[torch.Tensor, ...]:
    return (result,) if isinstance(result, torch.Tensor) else tuple(result)


def _cut(contract: Contract, axes: tuple[str, ...], tensor: torch.Tensor, first: int, last: int):
    return tensor[first:last] if axes and axes[0] == contract.independent else tensor


def _piece(contract: Contract, argument, value, first: int, last: int):
    if not isinstance(value, torch.Tensor):
        return value
    part = _cut(contract, argument.axes, value, first, last)
    # A float argument may have been given as integers; they mean the same numbers.
    return part.double() if torch_dtype(argument.dtypes[0]).is_floating_point else part


def _judge_piece(
    contract: Contract, inputs: list[Any], outputs: list[torch.Tensor], first: int
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
    oracle = _as_tuple(contract.reference(*inputs, **chosen))
    leave = contract.unspecified(*inputs, *chosen.values()) if contract.unspecified else {}
    findings = []
    for output, tensor, wanted in zip(contract.outputs, outputs, oracle, strict=True):
        if output.budget is None:
            continue
        magnitude = None
        if output.budget.magnitude:
            vector = named[output.budget.magnitude]
            magnitude = vector[chosen[output.follows]] if output.follows else vector
        finding = judge_floats(
            output.name, tensor, wanted, output.budget, magnitude, leave.get(output.name), first
        )
        findings += [finding] if finding else []
    return findings
