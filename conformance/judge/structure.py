"""Number, type, shape, dtype and device of what a subject returns."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from conformance.contract import Contract, Output, shape_of
from conformance.events.finding import Finding
from conformance.tensors.dtypes import torch_dtype


def owed_dtype(contract: Contract, output: Output, arguments: Sequence[Any]) -> torch.dtype:
    """The dtype that an output has in a call with these arguments."""
    for argument, value in zip(contract.arguments, arguments, strict=True):
        if argument.name == output.dtype:
            return value.dtype
    return torch_dtype(output.dtype)


def judge_structure(
    contract: Contract,
    axes: Mapping[str, int],
    arguments: Sequence[Any],
    result: Any,
    device: str = "cpu",
) -> list[Finding]:
    """Findings about the form of ``result``; an empty list means that it can be looked into.

    Strides are free: a contract promises values, not memory. ``device`` is where they have to be:
    ``cuda`` is any device of that type, ``cuda:1`` only that one.
    """
    wanted = len(contract.outputs)
    if isinstance(result, torch.Tensor) and wanted == 1:
        result = (result,)
    if not isinstance(result, tuple | list) or len(result) != wanted:
        count = f" of {len(result)}" if isinstance(result, tuple | list) else ""
        names = ", ".join(output.name for output in contract.outputs)
        return [
            Finding("result", "not the promised outputs", f"{type(result).__name__}{count}", names)
        ]
    findings = []
    for output, tensor in zip(contract.outputs, result, strict=True):
        if not isinstance(tensor, torch.Tensor):
            findings.append(
                Finding(output.name, "is no tensor", type(tensor).__name__, output.dtype)
            )
            continue
        shape = shape_of(output.axes, axes)
        if tuple(tensor.shape) != shape:
            findings.append(
                Finding(output.name, "has the wrong shape", str(tuple(tensor.shape)), str(shape))
            )
        owed = owed_dtype(contract, output, arguments)
        if tensor.dtype != owed:
            got, wanted_dtype = (str(d).removeprefix("torch.") for d in (tensor.dtype, owed))
            findings.append(Finding(output.name, "has the wrong dtype", got, wanted_dtype))
        if tensor.layout is not torch.strided:
            got = str(tensor.layout).removeprefix("torch.")
            findings.append(Finding(output.name, "is no dense tensor", got, "strided"))
        if not _is_on(tensor, device):
            findings.append(
                Finding(output.name, "is on the wrong device", str(tensor.device), device)
            )
    return findings


def _is_on(tensor: torch.Tensor, device: str) -> bool:
    wanted, found = torch.device(device), tensor.device
    return found.type == wanted.type and wanted.index in (None, found.index)
