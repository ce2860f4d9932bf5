"""Tensor descriptors: blocks of a strided tensor with bounds that mask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from conformance.lockstep.machine import MACHINE, unsupported
from conformance.lockstep.operations.shapes import common_programs
from conformance.lockstep.values.tensor import Handle, make_tensor
from conformance.lockstep.values.types import item_bytes
from conformance.triton_internals import ir, tl


@dataclass
class Descriptor:
    """A tensor in memory.

    ``base``, ``shape`` and ``strides`` are scalar handles, strides in elements.
    """

    base: Handle
    shape: list[Handle]
    strides: list[Handle]
    block_shape: tuple[int, ...]
    padding: Any
    round_to_tf32: bool = False

    def block(self, offsets: list[Handle]) -> tuple[Handle, Handle]:
        """Pointers to the block at ``offsets`` (one scalar an axis) and the mask of what lies
        within.
        """
        size, rank = item_bytes(self.base.dtype.scalar.element_ty), len(self.block_shape)
        address = self.base.data.reshape(-1, *[1] * rank)
        inside = np.ones((1,) * (rank + 1), bool)
        for axis, length in enumerate(self.block_shape):
            extent = [1] * (rank + 1)
            extent[axis + 1] = length
            start = offsets[axis].data.reshape(-1, *[1] * rank).astype(np.int64)
            place = start + np.arange(length, dtype=np.int64).reshape(extent)
            stride, bound = (
                each[axis].data.reshape(-1, *[1] * rank).astype(np.int64)
                for each in (self.strides, self.shape)
            )
            address = address + (size * place * stride).astype(np.uint64)
            inside = inside & (place >= 0) & (place < bound)
        address, inside = np.broadcast_arrays(address, inside)
        MACHINE.largest_block = max(MACHINE.largest_block, address[0].size)
        return Handle(address, self.base.dtype.scalar, self.base.origin), Handle(inside, tl.int1)


def _round_to_tf32(data: np.ndarray) -> np.ndarray:
    bits = np.ascontiguousarray(data).view(np.uint32)
    bias = ((bits >> np.uint32(13)) & np.uint32(1)) + np.uint32(0xFFF)
    return np.where(np.isfinite(data), (bits + bias) & np.uint32(0xFFFFE000), bits).view(np.float32)


class DescriptorOperations:
    """Builder methods on ``Descriptor``."""

    def create_make_tensor_descriptor(
        self, base: Handle, shape: Any, strides: Any, block: Any, *rest: Any
    ) -> Descriptor:
        padding = rest[1] if len(rest) > 1 else ir.PADDING_OPTION.PAD_ZERO
        if (strides[-1].data != 1).any():
            raise ValueError("the last stride of a tensor descriptor must be 1")
        return Descriptor(base, list(shape), list(strides), tuple(block), padding)

    def create_descriptor_load(
        self, descriptor: Descriptor, offsets: list[Handle], *_: Any
    ) -> Handle:
        pointer, mask = descriptor.block(offsets)
        other = None
        element = pointer.dtype.element_ty
        if descriptor.padding == ir.PADDING_OPTION.PAD_NAN and element.is_floating():
            if element.is_fp8():
                raise unsupported(f"NaN padding of {element}")
            other = Handle(
                np.full(
                    (1,) * mask.data.ndim, np.nan, np.float16 if element.is_fp16() else np.float32
                ),
                element,
            )
        result = MACHINE.memory.load(pointer, mask, other)
        return Handle(_round_to_tf32(result.data), element) if descriptor.round_to_tf32 else result

    def create_descriptor_store(
        self, descriptor: Descriptor, value: Handle, offsets: list[Handle], *_: Any
    ) -> None:
        pointer, mask = descriptor.block(offsets)
        MACHINE.memory.store(pointer, value, mask)

    def _rows(self, descriptor: Descriptor, rows: Handle, column: Handle) -> tuple[Handle, Handle]:
        blocks = []
        for index in range(rows.data.shape[1]):
            pointer, mask = descriptor.block([Handle(rows.data[:, index], tl.int32), column])
            blocks.append((pointer.data[:, 0], mask.data[:, 0]))
        address = np.stack(common_programs(*[block[0] for block in blocks]), axis=1)
        inside = np.stack(common_programs(*[block[1] for block in blocks]), axis=1)
        return Handle(address, descriptor.base.dtype.scalar, descriptor.base.origin), Handle(
            inside, tl.int1
        )

    def create_descriptor_gather(
        self, descriptor: Descriptor, rows: Handle, column: Handle, *_: Any
    ) -> Handle:
        return MACHINE.memory.load(*self._rows(descriptor, rows, column), None)

    def create_descriptor_scatter(
        self, descriptor: Descriptor, value: Handle, rows: Handle, column: Handle
    ) -> None:
        pointer, mask = self._rows(descriptor, rows, column)
        MACHINE.memory.store(pointer, value, mask)


def host_descriptor(semantic: Any, base: Any, argument: Any) -> Any:
    """The tensor descriptor of a launch argument; ``base`` is the tensor of its pointer."""

    def integer(value: int, dtype: tl.dtype) -> Any:
        return make_tensor(np.array([value], np.int32 if dtype is tl.int32 else np.int64), dtype)

    strides = [integer(int(stride), tl.int64) for stride in argument.strides[:-1]] + [
        tl.constexpr(1)
    ]
    descriptor = semantic.make_tensor_descriptor(
        base=base,
        shape=[integer(int(length), tl.int32) for length in argument.shape],
        strides=strides,
        block_shape=[tl.constexpr(int(length)) for length in argument.block_shape],
        padding_option=getattr(argument, "padding", "zero"),
    )
    descriptor.handle.round_to_tf32 = bool(getattr(argument, "round_f32_to_tf32", False))
    return descriptor
