"""Reductions by a jitted function, one element after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import triton.language as tl

from conformance.lockstep.operations.semantic import SEMANTIC
from conformance.lockstep.values.tensor import Tensor, make_tensor


def as_tensors(values: Any) -> tuple[Tensor, ...]:
    """A tensor or tuple of tensors as a tuple."""
    return (values,) if isinstance(values, tl.tensor) else tuple(values)


def combined(
    run: Callable, function: Any, left: list[Tensor], right: list[Tensor]
) -> list[np.ndarray]:
    """What a jitted combination of tuples gives, as arrays of the types of ``left``.

    ``run(function, *tensors)`` calls the jitted ``function``.
    """
    result = run(function, *left, *right)
    result = tuple(result) if isinstance(result, tuple | tl.tuple) else (result,)
    arrays = []
    for value, old in zip(result, left, strict=True):
        tensor = SEMANTIC.to_tensor(value)
        data = tensor.handle.data
        if tensor.dtype != old.dtype:
            data = SEMANTIC.cast(tensor, old.dtype).handle.data
        arrays.append(np.broadcast_to(data, np.broadcast_shapes(data.shape, old.handle.data.shape)))
    return arrays


def fold(run: Callable, tensors: tuple[Tensor, ...], axis: int, function: Any) -> list[np.ndarray]:
    """``tensors`` combined by ``function`` along ``axis`` of their arrays, from the left."""
    arrays = [tensor.handle.data for tensor in tensors]
    result = [array.take(0, axis) for array in arrays]
    for place in range(1, arrays[0].shape[axis]):
        left = [
            make_tensor(data, tensor.dtype) for data, tensor in zip(result, tensors, strict=True)
        ]
        right = [
            make_tensor(data.take(place, axis), tensor.dtype)
            for data, tensor in zip(arrays, tensors, strict=True)
        ]
        result = combined(run, function, left, right)
    return result
