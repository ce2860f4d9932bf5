"""Operations that move elements within a program, and so must know of the program axis."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import triton.language as tl

from conformance.lockstep.machine import MACHINE
from conformance.lockstep.values.handle import Handle
from conformance.lockstep.values.numpy_types import item_bytes


def common_programs(*arrays: np.ndarray) -> list[np.ndarray]:
    """Arrays of equal block shape with program axes 1 and P, all brought to P as views."""
    programs = max(len(array) for array in arrays)
    return [np.broadcast_to(array, (programs, *array.shape[1:])) for array in arrays]


class ShapeOperations:
    """Builder methods that arrange, combine or count elements."""

    def create_make_range(self, type_: Any, start: int, stop: int) -> Handle:
        MACHINE.largest_block = max(MACHINE.largest_block, stop - start)
        return Handle(np.arange(start, stop, dtype=np.int32)[None], tl.int32)

    def create_splat(self, type_: Any, operand: Handle) -> Handle:
        shape = tuple(type_.shape)
        MACHINE.largest_block = max(MACHINE.largest_block, math.prod(shape))
        data = np.broadcast_to(
            operand.data.reshape(-1, *[1] * len(shape)), (len(operand.data), *shape)
        )
        if len(shape) > 1:  # its layout decides in which order sums of later results run
            data = np.ascontiguousarray(data)
        return Handle(data, operand.dtype.scalar, operand.origin)

    def create_unsplat(self, operand: Handle) -> Handle:
        return Handle(
            operand.data.reshape(len(operand.data), -1)[:, 0], operand.dtype.scalar, operand.origin
        )

    def create_expand_dims(self, operand: Handle, axis: int) -> Handle:
        shape = operand.data.shape
        data = operand.data.reshape(*shape[: axis + 1], 1, *shape[axis + 1 :])
        return Handle(data, operand.dtype.scalar, operand.origin)

    def create_broadcast(self, operand: Handle, shape: Any) -> Handle:
        MACHINE.largest_block = max(MACHINE.largest_block, math.prod(shape))
        data = np.broadcast_to(operand.data, (len(operand.data), *shape))
        return Handle(data, operand.dtype.scalar, operand.origin)

    def create_reshape(self, operand: Handle, shape: Any, *_: Any) -> Handle:
        data = operand.data.reshape(len(operand.data), *shape)
        return Handle(data, operand.dtype.scalar, operand.origin)

    def create_trans(self, operand: Handle, order: Any) -> Handle:
        data = np.transpose(operand.data, (0, *[axis + 1 for axis in order]))
        return Handle(data, operand.dtype.scalar, operand.origin)

    def create_cat(self, left: Handle, right: Handle, *_: Any) -> Handle:
        data = np.concatenate(common_programs(left.data, right.data), axis=1)
        return Handle(data, left.dtype.scalar, left.origin if left.origin is right.origin else None)

    def create_join(self, left: Handle, right: Handle) -> Handle:
        data = np.stack(common_programs(left.data, right.data), axis=-1)
        return Handle(data, left.dtype.scalar, left.origin if left.origin is right.origin else None)

    def create_split(self, operand: Handle) -> tuple[Handle, Handle]:
        dtype = operand.dtype.scalar
        return Handle(operand.data[..., 0], dtype, operand.origin), Handle(
            operand.data[..., 1], dtype, operand.origin
        )

    def create_gather(self, source: Handle, indices: Handle, axis: int) -> Handle:
        MACHINE.memory.phases.exchange()
        data, index = common_programs(source.data, indices.data)
        return Handle(
            np.take_along_axis(data, index, axis=axis + 1), source.dtype.scalar, source.origin
        )

    def create_histogram(self, operand: Handle, bins: int, mask: Handle | None) -> Handle:
        MACHINE.memory.phases.exchange()
        values = operand.data
        valid = (values >= 0) & (values < bins)
        if mask is not None:
            valid, values = (
                valid & mask.data,
                np.broadcast_to(values, np.broadcast_shapes(values.shape, mask.data.shape)),
            )
        programs = len(valid)
        program = np.broadcast_to(
            np.arange(programs).reshape(-1, *[1] * (valid.ndim - 1)), valid.shape
        )
        places = program[valid] * bins + values[valid].astype(np.int64)
        counts = np.bincount(places, minlength=programs * bins).reshape(programs, bins)
        return Handle(counts.astype(np.int32), tl.int32)

    def create_addptr(self, pointer: Handle, offset: Handle) -> Handle:
        size = item_bytes(pointer.dtype.scalar.element_ty)
        steps = offset.data.astype(np.uint64)
        if size > 1:
            steps *= np.uint64(size)
        base = pointer.data
        if base.size == 1 and base.ndim <= steps.ndim:  # a sum in place needs no other memory
            steps += base
        else:
            steps = base + steps
        return Handle(steps, pointer.dtype.scalar, pointer.origin)
