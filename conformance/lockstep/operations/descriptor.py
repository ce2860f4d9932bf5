"""A tensor in memory, as a descriptor describes it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import triton.language as tl

from conformance.lockstep.machine import MACHINE
from conformance.lockstep.values.handle import Handle
from conformance.lockstep.values.numpy_types import item_bytes


@dataclass
class Descriptor:
    """A strided tensor in memory, read and written in blocks of ``block_shape``.

    ``base``, ``shape`` and ``strides`` are scalar handles, strides in elements.
    """

    base: Handle
    shape: list[Handle]
    strides: list[Handle]
    block_shape: tuple[int, ...]
    padding: Any
    round_to_tf32: bool = False

    def block(
        self, offsets: list[Handle], checked: Collection[int] | None = None
    ) -> tuple[Handle, Handle]:
        """Pointers to the block at ``offsets``, one scalar an axis, and the mask of its bounds.

        ``checked`` are the axes whose bounds count; None stands for all.
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
            if checked is None or axis in checked:
                inside = inside & (place >= 0) & (place < bound)
        address, inside = np.broadcast_arrays(address, inside)
        MACHINE.largest_block = max(MACHINE.largest_block, address[0].size)
        return Handle(address, self.base.dtype.scalar, self.base.origin), Handle(inside, tl.int1)
