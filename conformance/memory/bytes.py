"""A run of bytes, read and written as elements of 1 to 8 bytes at any offset."""

from __future__ import annotations

import numpy as np

from conformance.memory.journal import Journal


class Bytes:
    """Wraps a one-dimensional uint8 array; elements are unsigned integers of 1, 2, 4 or 8 bytes."""

    def __init__(self, data: np.ndarray):
        self.data = data
        self._views: dict[int, np.ndarray] = {1: data}

    def view(self, size: int) -> np.ndarray:
        """The bytes as elements of ``size`` bytes; a remainder at the end is left out."""
        view = self._views.get(size)
        if view is None:
            whole = len(self.data) // size * size
            view = self._views[size] = self.data[:whole].view(f"u{size}")
        return view

    @staticmethod
    def aligned(offset: np.ndarray, size: int) -> bool:
        """Whether all byte offsets are multiples of ``size``, a power of two."""
        return size == 1 or int(np.bitwise_or.reduce(offset, axis=None)) & (size - 1) == 0

    def gather(self, offset: np.ndarray, size: int) -> np.ndarray:
        """Elements at byte ``offset``; all must lie inside."""
        if self.aligned(offset, size):
            return self.view(size).take(offset >> (size.bit_length() - 1))
        return self.data[offset[..., None] + np.arange(size)].view(f"u{size}")[..., 0]

    def scatter(
        self, offset: np.ndarray, size: int, bits: np.ndarray | int, journal: Journal
    ) -> None:
        """Store ``bits`` at one-dimensional ``offset``; of equal offsets the last one wins.

        ``journal`` can undo it.
        """
        if self.aligned(offset, size):
            view, index = self.view(size), offset >> (size.bit_length() - 1)
        else:
            view, index = self.data, (offset[:, None] + np.arange(size)).reshape(-1)
            bits = np.broadcast_to(np.asarray(bits, f"u{size}"), offset.shape).copy().view(np.uint8)
        journal.record(view, index, lasting=True)
        view[index] = bits
