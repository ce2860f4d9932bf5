"""Memory that one process writes and another one reads."""

import fcntl
import mmap
import os
from contextlib import suppress

import numpy as np

SIZES = (1 << 40, 1 << 36, 1 << 33)
"""Bytes of address space to try; pages take memory only once they are written."""
_ALIGNED = 64
_ADD_SEALS = 1033
_SEAL_SHRINK, _SEAL_GROW, _SEAL_SEAL = 2, 4, 1
_KEPT = 1 << 29
"""Bytes that a box keeps; what a larger message took is given back."""


class Outbox:
    """The end that writes. Its descriptor, given to another process, makes an :class:`Inbox`.

    What is put into it stays until :meth:`clear`.
    """

    def __init__(self, descriptor: int | None = None, size: int = 0) -> None:
        """``descriptor`` and ``size`` are those of memory that the reader made for it."""
        if descriptor is None:
            descriptor, size = _memory()
        self.descriptor, self.size = descriptor, size
        self._map = mmap.mmap(descriptor, size)
        self._bytes = np.frombuffer(self._map, np.uint8)
        self._used = 0

    def put(self, data: np.ndarray) -> int:
        """Copy bytes (a one-dimensional uint8 array); where they lie."""
        start = self._used
        end = start + len(data)
        if end > self.size:
            raise MemoryError(f"the boxes between two processes hold {self.size >> 30} GiB")
        self._bytes[start:end] = data
        self._used = -(-end // _ALIGNED) * _ALIGNED
        return start

    def clear(self) -> None:
        """Forget everything that was put in."""
        if self._used > _KEPT:
            page = mmap.PAGESIZE
            with suppress(OSError, ValueError):
                self._map.madvise(mmap.MADV_REMOVE, 0, -(-self._used // page) * page)
        self._used = 0


class Inbox:
    """The end that reads. ``descriptor`` and ``size`` come from the one that writes."""

    def __init__(self, descriptor: int | None = None, size: int = 0) -> None:
        """Without a descriptor it makes memory that another process writes to."""
        if descriptor is None:
            descriptor, size = _memory()
        self.descriptor, self.size = descriptor, size
        self._map = mmap.mmap(descriptor, size, prot=mmap.PROT_READ)
        self._bytes = np.frombuffer(self._map, np.uint8)

    def get(self, start: int, length: int) -> np.ndarray:
        """The bytes at a place, not yet copied. Raises ``ValueError`` for a place outside."""
        if not (start >= 0 and length >= 0 and start + length <= self.size):
            raise ValueError(f"{length} bytes at {start} lie outside of {self.size}")
        return self._bytes[start : start + length]


def _memory() -> tuple[int, int]:
    """A descriptor of anonymous memory, and its size."""
    descriptor = os.memfd_create("conformance", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    for size in SIZES:
        with suppress(OSError, OverflowError):
            os.ftruncate(descriptor, size)
            mmap.mmap(descriptor, size, prot=mmap.PROT_READ).close()
            # Whoever makes it smaller would end whoever reads it.
            fcntl.fcntl(descriptor, _ADD_SEALS, _SEAL_SHRINK | _SEAL_GROW | _SEAL_SEAL)
            return descriptor, size
    raise MemoryError("there is no address space for the memory between two processes")
