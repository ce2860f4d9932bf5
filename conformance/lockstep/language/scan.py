"""``tl.associative_scan`` for all programs at once, from the left or, reversed, the right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import triton.language as tl

from conformance.lockstep.language.folding import as_tensors, combined
from conformance.lockstep.machine import MACHINE
from conformance.lockstep.values.bfloat16 import round_to_bfloat16
from conformance.lockstep.values.tensor import Tensor, make_tensor
from conformance.triton_internals import combination_of, unwrap

#: By what the combination computes.
_ACCUMULATE: dict[str | None, np.ufunc] = {"sum": np.add, "product": np.multiply}


def _fold(
    run: Callable, tensors: tuple[Tensor, ...], arrays: list[np.ndarray], axis: int, function: Any
) -> list[np.ndarray]:
    current = [array.take(0, axis) for array in arrays]
    slices = [[data] for data in current]
    for place in range(1, arrays[0].shape[axis]):
        left = [
            make_tensor(data, tensor.dtype) for data, tensor in zip(current, tensors, strict=True)
        ]
        right = [
            make_tensor(data.take(place, axis), tensor.dtype)
            for data, tensor in zip(arrays, tensors, strict=True)
        ]
        current = combined(run, function, left, right)
        for kept, data in zip(slices, current, strict=True):
            kept.append(data)
    return [np.stack(np.broadcast_arrays(*kept), axis=axis) for kept in slices]


def _accumulate(ufunc: np.ufunc, data: np.ndarray, axis: int, dtype: tl.dtype) -> np.ndarray:
    if dtype.name != "bf16":
        return ufunc.accumulate(data, axis=axis, dtype=data.dtype)
    return round_to_bfloat16(ufunc.accumulate(data, axis=axis, dtype=np.float32))


def associative_scan(
    run: Callable, /, input: Any, axis: Any, combine_fn: Any, reverse: Any = False, **_: Any
) -> Any:
    """``tl.associative_scan``: sums and products by numpy, anything else as a fold.

    ``run(function, *tensors)`` calls a jitted function. Raises ``ValueError`` for a bad axis.
    """
    MACHINE.memory.phases.exchange()
    tensors = as_tensors(input)
    axis, reverse, combine_fn = unwrap(axis), unwrap(reverse), unwrap(combine_fn)
    rank = len(tensors[0].shape)
    place = axis + 1 if axis >= 0 else axis + rank + 1
    if not 1 <= place <= rank:
        raise ValueError(f"scan axis {axis} out of range for rank {rank}")
    arrays = [
        np.ascontiguousarray(np.flip(each.handle.data, place)) if reverse else each.handle.data
        for each in tensors
    ]
    ufunc = _ACCUMULATE.get(combination_of(combine_fn))
    if ufunc is not None and len(tensors) == 1 and arrays[0].dtype != bool:
        results = [_accumulate(ufunc, arrays[0], place, tensors[0].dtype)]
    else:
        results = _fold(run, tensors, arrays, place, combine_fn)
    if reverse:
        results = [np.ascontiguousarray(np.flip(data, place)) for data in results]
    made = tuple(
        make_tensor(data, tensor.dtype) for data, tensor in zip(results, tensors, strict=True)
    )
    return made[0] if isinstance(input, tl.tensor) else made
