"""Which bytes of a storage were written, as one boolean a byte."""

from __future__ import annotations

from typing import Any

import numpy as np

from conformance.memory.bytes import Bytes

#: An element all of whose bytes were written, by its size.
ALL_WRITTEN = {size: int.from_bytes(b"\x01" * size, "little") for size in (1, 2, 4, 8)}


class Shadow(Bytes):
    """For each byte of a storage a byte: 1 if it was written, 0 if not.

    ``fill`` is the byte that all unwritten bytes held at first, None if they held anything.
    ``changes`` counts writes that were seen, ``version`` is what torch counted at the last of them.
    """

    def __init__(self, size: int, written: bool, fill: int | None = None):
        super().__init__(np.full(size, written, np.uint8))
        self._complete: bool | None = written
        self.fill = fill
        self.changes = self.version = 0

    @property
    def complete(self) -> bool:
        """Whether every byte is written."""
        if self._complete is None:
            self._complete = bool(self.data.all())
        return self._complete

    def touched(self) -> None:
        """To be called after the bytes of the shadow have changed."""
        self._complete = None
        self.changes += 1

    def was_written_unseen(self, memory: np.ndarray) -> bool:
        """Whether a byte that nobody was seen to write is another one than at first.

        ``memory`` holds all bytes of the storage. If so, nobody knows which bytes were written, and
        all count as written from now on.
        """
        if self.fill is None or not ((memory != self.fill) & (self.data == 0)).any():
            return False
        self.all_written()
        return True

    def all_written(self) -> None:
        """Mark every byte as written."""
        self.data[:] = 1
        self.touched()

    def unwritten(self, offset: np.ndarray, size: int) -> np.ndarray:
        """Element-wise: whether some byte of the element at ``offset`` was not written."""
        return self.gather(offset, size) != ALL_WRITTEN[size]

    def elements(self, tensor: Any) -> np.ndarray:
        """The shadow of a tensor's elements: a writeable array, ``(*tensor.shape, item size)``."""
        size = tensor.element_size()
        strides = (*[stride * size for stride in tensor.stride()], 1)
        first = self.data[tensor.storage_offset() * size :]
        return np.lib.stride_tricks.as_strided(
            first, (*tensor.shape, size), strides, writeable=True
        )

    def set(self, tensor: Any, written: bool) -> None:
        """Mark the elements of ``tensor`` as written or not."""
        if tensor.numel():
            if tensor.is_contiguous():
                start = tensor.storage_offset() * tensor.element_size()
                self.data[start : start + tensor.numel() * tensor.element_size()] = written
            else:
                self.elements(tensor)[...] = written
            self.touched()
