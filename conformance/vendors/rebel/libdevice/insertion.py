"""Putting new rows into old ones."""

from __future__ import annotations

from typing import Any

import torch

from conformance.vendors.rebel.memory.block_pointers import integer
from conformance.vendors.rebel.values.dynamic_index import DynamicIndex
from conformance.vendors.rebel.values.tensor import Tensor, data_of
from conformance.vendors.rebel.watching.report import INSERT_BEYOND
from conformance.vendors.rebel.watching.running import current, unsupported


def insert(data: Any, updates: Any, axis: int, index: Any) -> Tensor:
    """``data`` with ``updates`` at row ``index`` along ``axis``. B.

    Rows beyond the end are dropped (C) and recorded, unless the partition was full before and the
    sequence goes on in the next one.
    """
    base, state = data_of(data, "insert"), data_of(updates, "insert")
    length, rows, start = base.shape[axis], state.shape[axis], integer(index)
    if isinstance(index, DynamicIndex):
        index.used_for(length)
    result = base.clone()
    if start < 0 or start + rows > length:
        _note_insert(index, start, rows, length)
    if 0 <= start < length:
        fit = min(rows, length - start)
        result.narrow(axis, start, fit).copy_(state.narrow(axis, 0, fit))
    return Tensor(result)


def window_insert(base: Any, state: Any, axis: int, cache_start: Any) -> Tensor:
    """A window of W rows with L new ones: W+L rows, the first ``cache_start`` from ``base``. B.

    The rows after the new ones are unspecified (C) and 0 here. A start beyond the window is
    recorded and cut to W.
    """
    window, new = data_of(base, "window_insert"), data_of(state, "window_insert")
    length, rows, start = window.shape[axis], new.shape[axis], integer(cache_start)
    if not 0 <= start <= length:
        _note_insert(cache_start, start, rows, length)
        start = min(max(start, 0), length)
    shape = list(window.shape)
    shape[axis] = length + rows
    result = torch.zeros(shape, dtype=window.dtype)
    result.narrow(axis, 0, start).copy_(window.narrow(axis, 0, start))
    result.narrow(axis, start, rows).copy_(new)
    return Tensor(result)


def window_slice(inserted: Any, cache_end: Any, axis: int, window_size: int) -> Tensor:
    """The last ``window_size`` rows before ``cache_end``, the oldest first. B.

    Fewer rows are followed by zeros (C: unspecified). An end beyond the rows is recorded and cut.
    """
    data, window = data_of(inserted, "window_slice"), integer(window_size)
    end = integer(cache_end)
    if not 0 <= end <= data.shape[axis]:
        _note_insert(cache_end, end, 0, data.shape[axis])
        end = min(max(end, 0), data.shape[axis])
    shape = list(data.shape)
    shape[axis] = window
    result = torch.zeros(shape, dtype=data.dtype)
    first = max(0, end - window)
    result.narrow(axis, 0, end - first).copy_(data.narrow(axis, first, end - first))
    return Tensor(result)


def nn_pad(x: Any, value: float, axis: int, pad: tuple[int, int], mode: str) -> Tensor:
    """``x`` with ``pad`` (before, after) further rows of ``value`` along ``axis``. B."""
    if mode != "constant":
        raise unsupported(f"nn_pad of mode {mode!r}")
    data = data_of(x, "nn_pad")
    shape = list(data.shape)
    shape[axis] += pad[0] + pad[1]
    result = torch.full(shape, value, dtype=data.dtype)
    result.narrow(axis, pad[0], data.shape[axis]).copy_(data)
    return Tensor(result)


def _note_insert(index: Any, start: int, rows: int, length: int) -> None:
    if isinstance(index, DynamicIndex):
        if not index.fills(length):
            detail = f"rows {start} to {start + rows} of {length}"
            current().record(INSERT_BEYOND, index.argument, index.byte_offset, 1, detail)
    else:
        current().record(INSERT_BEYOND, "", 0, 1, f"rows {start} to {start + rows} of {length}")
