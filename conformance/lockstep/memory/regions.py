"""Which bytes belong to which argument."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from conformance.lockstep.memory.storage import Storage


@dataclass(eq=False)
class Region:
    """The bytes of one argument, from ``low`` to ``high`` in ``storage``.

    ``elements`` is None if the argument is dense, else a boolean for each byte from ``low`` on.
    ``first`` is where its first element starts, None if that is ``low``.
    """

    name: str
    storage: Storage
    low: int
    high: int
    item_size: int
    elements: np.ndarray | None = None
    first: int | None = None

    @property
    def start(self) -> int:
        """Offset of the first element."""
        return self.low if self.first is None else self.first

    def contains(self, low: int, high: int) -> bool:
        """Whether all bytes from ``low`` to ``high`` certainly belong to the argument."""
        return self.elements is None and self.low <= low and high <= self.high

    def valid(self, offset: np.ndarray, size: int) -> np.ndarray:
        """Element-wise: whether ``size`` bytes at byte ``offset`` belong to the argument."""
        valid = (offset >= self.low) & (offset + size <= self.high)
        if self.elements is not None and valid.any():
            start = np.where(valid, offset - self.low, 0)
            # A gap is at least one element long: one look an element and one at the end find it.
            for step in (*range(0, size, self.item_size), size - 1):
                valid &= self.elements[np.where(valid, start + step, 0)]
        return valid


def region_of(
    name: str, storage: Storage, low: int, shape: Any, strides: Any, item_size: int
) -> Region:
    """The region of a strided tensor whose first byte is at ``low`` in ``storage``.

    ``strides`` are in elements, ``item_size`` in bytes.
    """
    if any(length == 0 for length in shape):
        return Region(name, storage, low, low, item_size)
    covered, dense = 1, True
    for stride, length in sorted(zip(strides, shape, strict=True)):
        if length > 1 and stride > 0:
            dense = dense and stride <= covered
            covered += (length - 1) * stride
    high = low + covered * item_size
    if dense:
        return Region(name, storage, low, high, item_size)
    elements = np.zeros(covered * item_size, bool)
    byte_strides = (*[stride * item_size for stride in strides], 1)
    np.lib.stride_tricks.as_strided(elements, (*shape, item_size), byte_strides, writeable=True)[
        ...
    ] = True
    return Region(name, storage, low, high, item_size, elements)


def nowhere(name: str) -> Region:
    """A region without a byte: every access through a pointer to it is out of bounds."""
    return Region(name, Storage(0, 0), 0, 0, 1)
