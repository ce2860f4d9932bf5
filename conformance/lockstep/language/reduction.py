"""``tl.reduce`` for all programs at once, in the order of Triton's interpreter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import triton.language as tl

from conformance.lockstep.language.folding import as_tensors, fold
from conformance.lockstep.machine import MACHINE
from conformance.lockstep.operations.semantic import SEMANTIC
from conformance.lockstep.operations.shapes import common_programs
from conformance.lockstep.values.bfloat16 import round_to_bfloat16
from conformance.lockstep.values.layout import program_major
from conformance.lockstep.values.numpy_types import numpy_type
from conformance.lockstep.values.tensor import Tensor, make_tensor
from conformance.triton_internals import combination_of, unwrap


def _flattened(tensors: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    return tuple(
        make_tensor(each.handle.data.reshape(len(each.handle.data), -1), each.dtype)
        for each in tensors
    )


def _sum(tensor: Tensor, axis: tuple[int, ...]) -> np.ndarray:
    data = program_major(tensor.handle.data)
    if data.dtype == bool:
        return np.bitwise_xor.reduce(data, axis=axis)
    total = np.add.reduce(data, axis=axis, dtype=data.dtype)
    return round_to_bfloat16(total) if tensor.dtype.name == "bf16" else total


def _by_ufunc(
    for_floats: np.ufunc, for_integers: np.ufunc
) -> Callable[[Tensor, tuple[int, ...]], np.ndarray]:
    def reduce_by(tensor: Tensor, axis: tuple[int, ...]) -> np.ndarray:
        data = program_major(tensor.handle.data)
        return (for_floats if data.dtype.kind == "f" else for_integers).reduce(data, axis=axis)

    return reduce_by


_greatest, _least = _by_ufunc(np.fmax, np.maximum), _by_ufunc(np.fmin, np.minimum)
#: By what the combination computes.
_SIMPLE: dict[str | None, Callable[[Tensor, tuple[int, ...]], np.ndarray]] = {
    "sum": _sum,
    "maximum": _greatest,
    "minimum": _least,
    "xor": lambda tensor, axis: np.bitwise_xor.reduce(tensor.handle.data, axis=axis),
    "or": lambda tensor, axis: np.bitwise_or.reduce(tensor.handle.data, axis=axis),
}
_INDEXED: dict[str | None, tuple[Callable, float]] = {
    "argmax": (np.argmax, -np.inf),
    "argmin": (np.argmin, np.inf),
}


def _with_index(
    value: Tensor, index: Tensor, axis: int, find: Callable, worst: float
) -> list[np.ndarray]:
    """The extreme value and its index, leftmost on ties and skipping NaN, as Triton's
    interpreter does.
    """
    data = value.handle.data
    searched = data
    if data.dtype.kind == "f":
        missing = np.isnan(data)
        if missing.any():
            searched = np.where(missing, data.dtype.type(worst), data)
    place = np.expand_dims(find(searched, axis=axis), axis)
    data, indices, place = common_programs(data, index.handle.data, place)
    values = (_greatest if find is np.argmax else _least)(value, (axis,))
    return [values, np.take_along_axis(indices, place, axis).squeeze(axis)]


def reduce(
    run: Callable,
    /,
    input: Any,
    axis: Any = None,
    combine_fn: Any = None,
    keep_dims: Any = False,
    **_: Any,
) -> Any:
    """``tl.reduce``: sums, extremes and their indices by numpy, all else as a fold from the left.

    ``run(function, *tensors)`` calls a jitted function. Raises ``ValueError`` for a bad axis.
    """
    MACHINE.memory.phases.exchange()
    tensors = as_tensors(input)
    axis, keep_dims, combine_fn = unwrap(axis), unwrap(keep_dims), unwrap(combine_fn)
    rank = len(tensors[0].shape)
    axes = (
        tuple(range(1, rank + 1)) if axis is None else (axis + 1 if axis >= 0 else axis + rank + 1,)
    )
    if not all(1 <= place <= rank for place in axes):
        raise ValueError(f"reduction axis {axis} out of range for rank {rank}")
    meaning = combination_of(combine_fn)
    simple, indexed = _SIMPLE.get(meaning), _INDEXED.get(meaning)
    if simple is not None and len(tensors) == 1:
        results = [simple(tensors[0], axes)]
    else:
        flat = _flattened(tensors) if axis is None else tensors
        place = 1 if axis is None else axes[0]
        results = (
            _with_index(flat[0], flat[1], place, *indexed)
            if indexed is not None
            else fold(run, flat, place, combine_fn)
        )
    if keep_dims:
        results = [np.expand_dims(data, axes) for data in results]
    made = tuple(
        make_tensor(data.astype(numpy_type(tensor.dtype), copy=False), tensor.dtype)
        for data, tensor in zip(results, tensors, strict=True)
    )
    return made[0] if isinstance(input, tl.tensor) else made


def reduce_with_indices(
    run: Callable,
    /,
    input: Any,
    axis: Any = None,
    combine_fn: Any = None,
    keep_dims: Any = False,
    **_: Any,
) -> Any:
    """Reduction of pairs of a value and its index along ``axis``, or in the flattened block."""
    axis, shape = unwrap(axis), input.handle.data.shape[1:]
    if input.dtype.name == "bf16":
        input = SEMANTIC.cast(input, tl.float32)
    if axis is None:
        index = np.arange(int(np.prod(shape)), dtype=np.int32).reshape(1, *shape)
    else:
        length = shape[axis]
        extent = [1] * len(shape)
        extent[axis] = length
        index = np.broadcast_to(np.arange(length, dtype=np.int32).reshape(1, *extent), (1, *shape))
    return reduce(run, (input, make_tensor(index, tl.int32)), axis, combine_fn, keep_dims)
