"""Memory layouts of arrays with a leading program axis.

The order in which numpy adds up an array follows its layout, and each program must see its own: the
one that it has when it runs alone.
"""

from __future__ import annotations

import numpy as np


def program_major(data: np.ndarray) -> np.ndarray:
    """``data`` with programs outermost in memory and each program's own layout kept."""
    strides = [
        abs(stride)
        for stride, length in zip(data.strides[1:], data.shape[1:], strict=True)
        if length > 1
    ]
    if (
        len(data) == 1
        or not strides
        or abs(data.strides[0]) >= max(strides) * 2
        or data.flags.c_contiguous
    ):
        return data
    order = [0, *sorted(range(1, data.ndim), key=lambda axis: -abs(data.strides[axis]))]
    return np.ascontiguousarray(data.transpose(order)).transpose(np.argsort(order))


def of_programs(data: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The rows of some programs, by their places, each in the layout that it had.

    An array with one row holds for all programs and stays as it is.
    """
    if len(data) == 1:
        return data
    if data.flags.c_contiguous:
        return data.take(places, axis=0)
    data = program_major(data)
    rows = _empty_like(data, len(places))
    rows[...] = data[places]
    return rows


def put_together(pieces: list[tuple[np.ndarray, np.ndarray]], programs: int) -> np.ndarray | None:
    """One array of ``pieces``, pairs of the places of programs and their rows (or one for all).

    Block shapes and types are equal, and each of ``programs`` has its place in one piece. None if
    programs have different layouts, for which there is no array.
    """
    first = pieces[0][1]
    dense = sum(length > 1 for length in first.shape[1:]) < 2 or all(
        data[0].flags.c_contiguous for _, data in pieces
    )
    if dense:
        whole = np.empty((programs, *first.shape[1:]), first.dtype)
    elif all(data.strides[1:] == first.strides[1:] for _, data in pieces):
        whole = _empty_like(program_major(first), programs)
    else:
        return None
    for places, data in pieces:
        whole[places] = data
    return whole


def _empty_like(data: np.ndarray, programs: int) -> np.ndarray:
    """An array of ``programs`` rows that have the strides of the rows of ``data``."""
    reach = [
        stride * (length - 1)
        for stride, length in zip(data.strides[1:], data.shape[1:], strict=True)
    ]
    before = -sum(each for each in reach if each < 0)
    row = before + sum(each for each in reach if each > 0) + data.itemsize
    memory = np.empty(programs * row, np.uint8)
    strides = (row, *data.strides[1:])
    return np.ndarray((programs, *data.shape[1:]), data.dtype, memory, before, strides)
