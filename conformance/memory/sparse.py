"""Large arrays of which little is touched: their memory is not asked for before that."""

from __future__ import annotations

import mmap
import sys

import numpy as np

LARGE = 1 << 28
"""Bytes from which an array is mapped without a reservation. The system refuses reservations of
more than it has, and a tensor whose rows lie far apart has gigabytes of cells and uses a few."""
NO_RESERVE = 0x4000
"""``MAP_NORESERVE`` of Linux, which Python names only on some releases."""


def zeros(count: int, dtype: type[np.generic]) -> np.ndarray:
    """``count`` zeros, one axis."""
    size = count * np.dtype(dtype).itemsize
    if size < LARGE or sys.platform != "linux":
        return np.zeros(count, dtype)
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | NO_RESERVE
    return np.frombuffer(mmap.mmap(-1, size, flags=flags), dtype)


def repeated(values: np.ndarray, times: int, count: int) -> np.ndarray:
    """The first ``count`` of ``values``, each ``times`` times; zeros are not touched."""
    if values.nbytes < LARGE:
        return np.repeat(values, times)[:count]
    found = zeros(count, values.dtype.type)
    places = np.flatnonzero(values)
    for shift in range(times):
        fine = places * times + shift
        inside = fine < count
        found[fine[inside]] = values[places[inside]]
    return found
