"""Which bytes of a storage were written, as one boolean a byte."""

from __future__ import annotations

from typing import Any

import numpy as np

from conformance.memory.bytes import Bytes

#: An element all of whose bytes were written, by its size.
ALL_WRITTEN = {size: int.from_bytes(b"\x01" * size, "little") for size in (1, 2, 4, 8)}


class Shadow(Bytes):
    """For each byte of a storage a byte: 1 if it was written, 0 if not."""

    def __init__(self, size: int, written: bool):
        super().__init__(np.full(size, written, np.uint8))
        self._complete: bool | None = written

    @property
    def complete(self) -> bool:
        """Whether every byte is written."""
        if self._complete is None:
            self._complete = bool(self.data.all())
        return self._complete

    def touched(self) -> None:
        """To be called after the bytes of the shadow have changed."""
        self._complete = None

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
