"""Number, type, shape, dtype and device of what a subject returns."""

from collections.abc import Mapping
from typing import Any

import torch

from conformance.contract import Contract
from conformance.inputs.dtypes import torch_dtype
from conformance.judge.finding import Finding


def judge_structure(
    contract: Contract, axes: Mapping[str, int], result: Any, device: str = "cpu"
) -> list[Finding]:
    """Findings about the form of ``result``; an empty list means that it can be looked into.

    Strides are free: a contract promises values, not memory. ``device`` is where they have to be.
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
        shape = tuple(axes[axis] for axis in output.axes)
        if tuple(tensor.shape) != shape:
            findings.append(
                Finding(output.name, "has the wrong shape", str(tuple(tensor.shape)), str(shape))
            )
        if tensor.dtype != torch_dtype(output.dtype):
            got = str(tensor.dtype).removeprefix("torch.")
            findings.append(Finding(output.name, "has the wrong dtype", got, output.dtype))
        if tensor.layout is not torch.strided:
            got = str(tensor.layout).removeprefix("torch.")
            findings.append(Finding(output.name, "is no dense tensor", got, "strided"))
        if tensor.device.type != device:
            findings.append(
                Finding(output.name, "is on the wrong device", tensor.device.type, device)
            )
    return findings
