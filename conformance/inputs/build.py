"""From a case to the arguments of a call, each tensor in a guarded storage of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from conformance.case import Case
from conformance.contract import (
    Contract,
    ContractMistake,
    Scene,
    SizeArgument,
    TensorArgument,
    shape_of,
)
from conformance.events.verdict import NoRoom
from conformance.inputs.layouts import place
from conformance.inputs.scenes import scene_of
from conformance.inputs.values import make_values
from conformance.memory.guarded import Buffer, guard_byte
from conformance.tensors.dtypes import torch_dtype


@dataclass(frozen=True)
class Built:
    """The arguments of a call, in order, and the buffers of the tensors among them by name."""

    arguments: tuple[Any, ...]
    buffers: dict[str, Buffer]

    def with_tensors_from(self, other: "Built", places: dict[int, str]) -> "Built":
        """The same call with the tensors at ``places`` (position to name) from another one."""
        arguments, buffers = list(self.arguments), dict(self.buffers)
        for position, name in places.items():
            arguments[position], buffers[name] = other.arguments[position], other.buffers[name]
        return Built(tuple(arguments), buffers)

    def replaced(self, position: int, value: Any) -> "Built":
        """The same call with another value at one position."""
        arguments = list(self.arguments)
        arguments[position] = value
        return Built(tuple(arguments), self.buffers)


def build(contract: Contract, case: Case, device: str = "cpu") -> Built:
    """The arguments that a case describes, on ``device``; the same bits for the same case.

    A tensor that is passed to be written into holds the bytes of a guard. Raises
    :class:`~conformance.case.CaseError` if the case does not fit the contract, and
    :class:`~conformance.events.verdict.NoRoom` if a tensor does not fit the device's memory.
    """
    scene = scene_of(contract, case)
    return built_with(contract, case, lambda each: _buffer(contract, case, each, device, scene))


def built_with(
    contract: Contract, case: Case, buffer_of: Callable[[TensorArgument], Buffer]
) -> Built:
    """The arguments of a case in order; ``buffer_of`` makes each tensor that is given."""
    arguments: list[Any] = []
    buffers: dict[str, Buffer] = {}
    for argument in contract.arguments:
        if isinstance(argument, SizeArgument):
            arguments.append(case.axes[argument.axis])
        elif not isinstance(argument, TensorArgument):
            arguments.append(argument.value(case.options[argument.name]))
        elif not case.tensors[argument.name].given:
            arguments.append(None)
        else:
            buffer = buffer_of(argument)
            buffers[argument.name] = buffer
            arguments.append(buffer.tensor)
    return Built(tuple(arguments), buffers)


def _buffer(
    contract: Contract, case: Case, argument: TensorArgument, device: str, scene: Scene | None
) -> Buffer:
    name, spec = argument.name, case.tensors[argument.name]
    dtype = torch_dtype(spec.dtype)
    shape = shape_of(argument.axes, case.axes)
    if min(shape, default=0) < 0:
        problem = f"its shape is {shape}, where the sizes are {dict(case.axes)}"
        field = f"argument {name}"
        raise ContractMistake(contract.name, field, problem, "add a constraint")
    if scene is not None and argument.from_scene:
        shape = tuple(scene.values[name].shape)
    placement = place(contract, spec.layout, shape, dtype.itemsize)
    size = placement.extent * dtype.itemsize
    try:
        if placement.sparse:
            storage = _untouched(size, device)
        else:
            storage = torch.full((size,), guard_byte(dtype), dtype=torch.uint8, device=device)
    except (torch.OutOfMemoryError, MemoryError):
        lack = f"{device} has no {size / 2**30:.1f} GiB for {name} in layout {spec.layout}"
        raise NoRoom(lack) from None
    elements = storage.view(dtype)
    tensor = elements.as_strided(shape, placement.strides, placement.offset)
    repeated = placement.repeated and shape[0] > 1
    buffer = Buffer(tensor, storage)
    if tensor.numel() and not argument.is_passed_output:
        values = make_values(contract, case, name, rows=1 if repeated else None, scene=scene)
        (tensor[:1] if repeated else tensor).copy_(values)
    return buffer


def _untouched(size: int, device: str) -> torch.Tensor:
    """Zero bytes; on the CPU, pages that nobody touches take no memory."""
    if device == "cpu":
        return torch.from_numpy(np.zeros(size, dtype=np.uint8))
    return torch.zeros(size, dtype=torch.uint8, device=device)
