"""Block pointers of Triton 3.6 and 3.7; in 3.8 they are made of other operations, in 3.9 gone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import triton.language as tl

from conformance.lockstep.machine import MACHINE
from conformance.lockstep.operations.descriptor import Descriptor
from conformance.lockstep.operations.descriptors import padding_of
from conformance.lockstep.values.handle import Handle
from conformance.lockstep.values.interned import InternedType


@dataclass(frozen=True)
class BlockPointer:
    """The block of a tensor in memory at ``offsets``, one scalar an axis, in elements."""

    tensor: Descriptor
    offsets: tuple[np.ndarray, ...]

    def typed(self, wanted: InternedType) -> BlockPointer:
        """As of a ``Handle``: the language knows the type."""
        return self

    def block(self, checked: list[int]) -> tuple[Handle, Handle | None]:
        """Pointers to the elements; the mask of the bounds of the axes ``checked``, if any."""
        offsets = [Handle(each, tl.int64) for each in self.offsets]
        pointer, mask = self.tensor.block(offsets, checked)
        return pointer, mask if checked else None


class BlockPointerOperations:
    """Builder methods on ``BlockPointer``."""

    def create_make_block_ptr(
        self, base: Handle, shape: Any, strides: Any, offsets: Any, block: Any, *_: Any
    ) -> BlockPointer:
        start = Handle(base.data, base.dtype, base.origin)
        tensor = Descriptor(start, list(shape), list(strides), tuple(block), None)
        return BlockPointer(tensor, tuple(each.data.astype(np.int64) for each in offsets))

    def create_advance(self, pointer: BlockPointer, offsets: list[Handle]) -> BlockPointer:
        moved = zip(pointer.offsets, offsets, strict=True)
        return replace(pointer, offsets=tuple(old + new.data for old, new in moved))

    def create_tensor_pointer_load(
        self, pointer: BlockPointer, checked: list[int], padding: Any, *_: Any
    ) -> Handle:
        address, mask = pointer.block(checked)
        other = None
        if padding is not None and mask is not None:
            other = padding_of(address.dtype.scalar.element_ty, padding, mask.data.ndim)
        return MACHINE.memory.load(address, mask, other)

    def create_tensor_pointer_store(
        self, pointer: BlockPointer, value: Handle, checked: list[int], *_: Any
    ) -> None:
        address, mask = pointer.block(checked)
        MACHINE.memory.store(address, value, mask)
