"""What atomics do to an array of bits, in the order of the lanes."""

from __future__ import annotations

import numpy as np
import triton.language as tl

from conformance.lockstep.values.bfloat16 import round_to_bfloat16
from conformance.lockstep.values.handle import from_bits, to_bits


def _combined(
    operation: np.ufunc | None, old: np.ndarray, value: np.ndarray, dtype: tl.dtype
) -> np.ndarray:
    if operation is None:
        return value
    result = operation(old, value)
    return (
        round_to_bfloat16(result)
        if dtype.name == "bf16"
        else result.astype(value.dtype, copy=False)
    )


def _one_address(
    operation: np.ufunc | None, first: np.ndarray, values: np.ndarray, dtype: tl.dtype
) -> np.ndarray:
    """What one address holds before each of ``values`` is combined with it, and at the end.

    Shape ``(len(values) + 1,)``.
    """
    chain = np.concatenate([first, values])
    if operation is None:
        return chain
    if dtype.name != "bf16":
        return operation.accumulate(chain, dtype=chain.dtype)
    for place in range(1, len(chain)):
        chain[place : place + 1] = _combined(
            operation, chain[place - 1 : place], chain[place : place + 1], dtype
        )
    return chain


def in_order(
    operation: np.ufunc | None,
    dtype: tl.dtype,
    view: np.ndarray,
    index: np.ndarray,
    values: np.ndarray,
) -> np.ndarray:
    """Combine ``view[index]`` with ``values``, one lane after the other, and return what was there.

    ``view`` holds bits of type ``dtype``, ``values`` values of it. ``operation`` None exchanges.
    """
    order = np.argsort(index, kind="stable")
    addresses, start, count = np.unique(index[order], return_index=True, return_counts=True)
    old = np.empty(len(index), view.dtype)
    if count.max() == 1:
        old = view[index]
        view[index] = to_bits(_combined(operation, from_bits(old, dtype), values, dtype), dtype)
    elif len(addresses) <= count.max():
        for address, first, number in zip(addresses, start, count, strict=True):
            lanes = order[first : first + number]
            chain = _one_address(
                operation,
                from_bits(view[address : address + 1].copy(), dtype),
                values[lanes],
                dtype,
            )
            bits = to_bits(chain, dtype)
            old[lanes], view[address] = bits[:-1], bits[-1]
    else:
        for turn in range(count.max()):
            lanes = order[start[count > turn] + turn]
            old[lanes] = view[index[lanes]]
            view[index[lanes]] = to_bits(
                _combined(operation, from_bits(old[lanes], dtype), values[lanes], dtype), dtype
            )
    return old


def compare_and_swap(
    view: np.ndarray, index: np.ndarray, expected: np.ndarray, desired: np.ndarray
) -> np.ndarray:
    """Store ``desired`` where ``view[index]`` equals ``expected``, one lane after the other.

    All are bits. Returns what was there.
    """
    if len(np.unique(index)) == len(index):
        old = view[index]
        view[index] = np.where(old == expected, desired, old)
        return old
    old = np.empty_like(desired)
    for lane, place in enumerate(index):
        old[lane] = view[place]
        if old[lane] == expected[lane]:
            view[place] = desired[lane]
    return old
