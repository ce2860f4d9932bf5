"""Leaves out of a recording what numpy does by itself: broadcasting before arithmetic.

The result has the same bits in the same memory layout. The layout matters: it decides the order in
which later sums add up.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from conformance.lockstep.language.recording import PURE, Place, Recording, Step
from conformance.lockstep.operations.elementwise import ElementwiseOperations
from conformance.lockstep.operations.semantic import BUILDER
from conformance.lockstep.values.handle import Handle

#: These copy operands into another type first, and the copy of a broadcast view has a layout of
#: its own: their broadcasts stay.
_COPYING = {"create_umulhi"}
_TWO_OPERANDS = {
    name
    for name, method in vars(ElementwiseOperations).items()
    if name.startswith("create_") and method.__code__.co_argcount == 3
} - _COPYING
#: For each operation the positions of operands that numpy broadcasts to the shape of the others.
_BROADCASTING = {
    **dict.fromkeys(_TWO_OPERANDS, (0, 1)),
    "create_addptr": (0,),  # offsets are copied into 64 bits
    "create_select": (0, 1, 2),
    "create_masked_load": (1, 2),
    "create_masked_store": (1, 2),
}


def fused(recording: Recording) -> list[Step]:
    """The steps of ``recording`` that are needed, in order."""
    steps: list[Step] = []
    for step in recording.steps:
        for position in _BROADCASTING.get(step.name, ()):
            source = step.operands[position]
            if isinstance(source, Step) and source.name == "create_broadcast":
                _use_unbroadcast(recording, step, position, source)
        if step.name in _TWO_OPERANDS or step.name == "create_addptr":
            for position in (0, 1):
                source = step.operands[position]
                if isinstance(source, Step) and source.name == "create_splat":
                    steps += _use_scalar(recording, step, position, source)
        steps.append(step)
    return _needed(recording, steps)


def _handle(recording: Recording, operand: Place | Step) -> Any:
    if isinstance(operand, Step):
        return operand.result
    if operand.is_input:
        return recording.inputs[operand.index].handle
    return recording.constants[operand.index]


def _block(recording: Recording, operand: Place | Step) -> tuple[int, ...] | None:
    handle = _handle(recording, operand)
    return handle.data.shape[1:] if isinstance(handle, Handle) else None


def _use_unbroadcast(recording: Recording, step: Step, position: int, source: Step) -> None:
    operands = [*step.operands]
    operands[position] = source.operands[0]
    before, after = (
        [block for block in (_block(recording, each) for each in group) if block is not None]
        for group in (step.operands, operands)
    )
    if np.broadcast_shapes(*after) == np.broadcast_shapes(*before):
        step.operands = operands


def _use_scalar(recording: Recording, step: Step, position: int, source: Step) -> list[Step]:
    """The step that stands in for ``source`` in ``step``, if there can be one."""
    other = step.operands[1 - position]
    shape = _block(recording, source)
    if shape is None or _block(recording, other) != shape:
        return []
    type_, scalar = source.operands
    if len(shape) == 1 and step.name != "create_addptr":
        instead = Step("column", _column, [scalar], source.result)
    elif _is_exact(_handle(recording, scalar)) and _is_exact(_handle(recording, other)):
        instead = Step("scalar_beside", _scalar_beside, [type_, scalar, other], source.result)
    else:
        # Loops over arrays and over one repeated float may treat zeros and NaN differently.
        return []
    step.operands = [*step.operands]
    step.operands[position] = instead
    return [instead]


def _is_exact(handle: Handle) -> bool:
    return handle.data.dtype.kind in "biu"


def _column(scalar: Handle) -> Handle:
    return Handle(scalar.data.reshape(-1, 1), scalar.dtype.scalar, scalar.origin)


def _scalar_beside(type_: Any, scalar: Handle, other: Handle) -> Handle:
    if not other.data.flags.c_contiguous:
        return BUILDER.create_splat(type_, scalar)
    data = scalar.data.reshape(-1, *[1] * (other.data.ndim - 1))
    return Handle(data, scalar.dtype.scalar, scalar.origin)


def _needed(recording: Recording, steps: list[Step]) -> list[Step]:
    used = {id(place) for place, _ in recording.results if isinstance(place, Step)}
    needed = []
    for step in reversed(steps):
        if id(step) in used or step.name not in PURE | {"column", "scalar_beside"}:
            needed.append(step)
            used |= {id(each) for each in step.operands if isinstance(each, Step)}
    return needed[::-1]
