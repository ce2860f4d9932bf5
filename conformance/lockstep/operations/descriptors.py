"""Tensor descriptors: blocks of a strided tensor with bounds that mask."""

from __future__ import annotations

from typing import Any

import numpy as np
import triton.language as tl

from conformance.lockstep.machine import MACHINE, unsupported
from conformance.lockstep.operations.descriptor import Descriptor
from conformance.lockstep.operations.shapes import common_programs
from conformance.lockstep.values.handle import Handle
from conformance.lockstep.values.numpy_types import numpy_type
from conformance.triton_internals import Padding


def _zero(element: tl.dtype, dimensions: int) -> Handle:
    """What descriptors pad with: elements outside of the tensor are defined."""
    return Handle(np.zeros((1,) * dimensions, numpy_type(element)), element)


def padding_of(element: tl.dtype, option: Any, dimensions: int) -> Handle:
    """What lies outside the bounds: zeros, or NaN where ``option`` asks for it and floats allow."""
    if option != Padding.PAD_NAN or not element.is_floating():
        return _zero(element, dimensions)
    if element.is_fp8():
        raise unsupported(f"NaN padding of {element}")
    kind = np.float16 if element.is_fp16() else np.float32
    return Handle(np.full((1,) * dimensions, np.nan, kind), element)


def _round_to_tf32(data: np.ndarray) -> np.ndarray:
    bits = np.ascontiguousarray(data).view(np.uint32)
    bias = ((bits >> np.uint32(13)) & np.uint32(1)) + np.uint32(0xFFF)
    return np.where(np.isfinite(data), (bits + bias) & np.uint32(0xFFFFE000), bits).view(np.float32)


class DescriptorOperations:
    """Builder methods on ``Descriptor``."""

    def create_make_tensor_descriptor(
        self, base: Handle, shape: Any, strides: Any, block: Any, *rest: Any
    ) -> Descriptor:
        padding = rest[1] if len(rest) > 1 else Padding.PAD_ZERO
        if (strides[-1].data != 1).any():
            raise ValueError("the last stride of a tensor descriptor must be 1")
        return Descriptor(base, list(shape), list(strides), tuple(block), padding)

    def create_descriptor_load(
        self, descriptor: Descriptor, offsets: list[Handle], *_: Any
    ) -> Handle:
        pointer, mask = descriptor.block(offsets)
        element = pointer.dtype.element_ty
        other = padding_of(element, descriptor.padding, mask.data.ndim)
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
        pointer, mask = self._rows(descriptor, rows, column)
        other = _zero(pointer.dtype.element_ty, mask.data.ndim)
        return MACHINE.memory.load(pointer, mask, other)

    def create_descriptor_scatter(
        self, descriptor: Descriptor, value: Handle, rows: Handle, column: Handle
    ) -> None:
        pointer, mask = self._rows(descriptor, rows, column)
        MACHINE.memory.store(pointer, value, mask)
