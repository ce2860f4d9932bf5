"""Number, type, shape, dtype and device of what a subject returns."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from conformance.contract import Contract, Output, Size, TensorArgument
from conformance.contract.shapes import depends_on_data, shape_of
from conformance.events.finding import Finding, Kind
from conformance.tensors.dtypes import dtype_name, torch_dtype
from conformance.tensors.returned import NoTensor, Returned, ReturnedTensor

RESULT = "result"
"""What a finding is about that concerns all that is returned, rather than one output."""


def owed_dtype(contract: Contract, output: Output, arguments: Sequence[Any]) -> torch.dtype:
    """The dtype that an output has in a call with these arguments."""
    for argument, value in zip(contract.arguments, arguments, strict=True):
        if argument.name == output.dtype and isinstance(value, torch.Tensor):
            return value.dtype
    return torch_dtype(output.dtype)


def judge_structure(
    contract: Contract,
    axes: Mapping[str, Size],
    arguments: Sequence[Any],
    result: Returned,
    device: str = "cpu",
) -> list[Finding]:
    """Findings about the form of ``result``; an empty list means that it can be looked into.

    Strides are free: a contract promises values, not memory. ``device`` is where they have to be:
    ``cuda`` is any device of that type, ``cuda:1`` only that one.
    Where nothing is owed, None, an empty tuple and the written arguments themselves are right.
    A size that depends on data is judged with the values.
    """
    wanted = contract.returned
    if not wanted:
        return _judge_nothing(contract, result)
    if result.items is None or result.count != len(wanted):
        count = f" of {result.count}" if result.several else ""
        names = ", ".join(output.name for output in wanted)
        got = f"{result.kind}{count}"
        return [Finding(RESULT, "not the promised outputs", got, names, kind=Kind.STRUCTURE)]
    findings = []
    for output, tensor in zip(wanted, result.items, strict=True):
        findings += _judge_tensor(contract, axes, arguments, output, tensor, device)
    return findings


def _judge_nothing(contract: Contract, result: Returned) -> list[Finding]:
    if result.items is not None and all(_is_written(contract, item) for item in result.items):
        return []
    return [
        Finding(
            RESULT, "something is returned besides what is written", result.kind, "None",
            kind=Kind.STRUCTURE,
        )
    ]  # fmt: skip


def _is_written(contract: Contract, item: ReturnedTensor | NoTensor) -> bool:
    """Whether an item of a result is an argument that the subject was given to write into."""
    if not isinstance(item, ReturnedTensor):
        return False
    own = [contract.arguments[place] for place in item.arguments if place < len(contract.arguments)]
    return any(isinstance(each, TensorArgument) and each.written for each in own)


def _judge_tensor(
    contract: Contract,
    axes: Mapping[str, Size],
    arguments: Sequence[Any],
    output: Output,
    tensor: ReturnedTensor | NoTensor,
    device: str,
) -> list[Finding]:
    name, findings = output.name, []
    if isinstance(tensor, NoTensor):
        return [Finding(name, "is no tensor", tensor.kind, output.dtype, kind=Kind.STRUCTURE)]
    if not same_shape(output, tensor.shape, axes):
        got, wanted = str(tuple(tensor.shape)), shape_text(output, axes)
        findings.append(Finding(name, "has the wrong shape", got, wanted, kind=Kind.SHAPE))
    owed = owed_dtype(contract, output, arguments)
    if tensor.dtype != owed:
        got, wanted = dtype_name(tensor.dtype), dtype_name(owed)
        findings.append(Finding(name, "has the wrong dtype", got, wanted, kind=Kind.DTYPE))
    if tensor.layout is not torch.strided:
        got = str(tensor.layout).removeprefix("torch.")
        findings.append(Finding(name, "is no dense tensor", got, "strided", kind=Kind.STRUCTURE))
    elif tensor.value is None and tensor.device.type != "meta":
        got = "a tensor whose elements cannot be read"
        findings.append(Finding(name, "is no dense tensor", got, "strided", kind=Kind.STRUCTURE))
    if not _is_on(tensor.device, device):
        got = str(tensor.device)
        findings.append(Finding(name, "is on the wrong device", got, device, kind=Kind.DEVICE))
    return findings


def _is_on(got: torch.device, wanted: str) -> bool:
    """Whether a device is the wanted one; without an ordinal any of its type is."""
    owed = torch.device(wanted)
    return got.type == owed.type and owed.index in (None, got.index)


def same_shape(output: Output, shape: tuple[int, ...], axes: Mapping[str, Size]) -> bool:
    """Whether a tensor of ``shape`` may be the output, whatever lengths depend on data."""
    lengths = lengths_of(output, axes)
    return len(shape) == len(lengths) and all(
        owed is None or owed == length for owed, length in zip(lengths, shape, strict=True)
    )


def lengths_of(output: Output, axes: Mapping[str, Size]) -> list[int | None]:
    """The lengths of an output, None for one that depends on data."""
    lengths: list[int | None] = []
    for size in output.axes:
        lengths += [None] if depends_on_data(size) else shape_of((size,), axes)
    return lengths


def shape_text(output: Output, axes: Mapping[str, Size]) -> str:
    """The shape of an output, with a question mark for a length that depends on data."""
    lengths = lengths_of(output, axes)
    if None not in lengths:
        return str(tuple(lengths))
    return "(" + ", ".join("?" if length is None else str(length) for length in lengths) + ")"
