"""Atomic operations, executed in program order within an instruction."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from conformance.lockstep.machine import MACHINE, unsupported
from conformance.lockstep.memory.regions import Storage
from conformance.lockstep.values.bfloat16 import round_to_bfloat16
from conformance.lockstep.values.tensor import Handle, from_bits, to_bits
from conformance.lockstep.values.types import item_bytes
from conformance.triton_internals import ir, tl

_OPERATIONS: dict[Any, np.ufunc | None] = {
    ir.ATOMIC_OP.ADD: np.add,
    ir.ATOMIC_OP.FADD: np.add,
    ir.ATOMIC_OP.MIN: np.minimum,
    ir.ATOMIC_OP.UMIN: np.minimum,
    ir.ATOMIC_OP.MAX: np.maximum,
    ir.ATOMIC_OP.UMAX: np.maximum,
    ir.ATOMIC_OP.AND: np.bitwise_and,
    ir.ATOMIC_OP.OR: np.bitwise_or,
    ir.ATOMIC_OP.XOR: np.bitwise_xor,
    ir.ATOMIC_OP.XCHG: None,
}
_UNSIGNED = (ir.ATOMIC_OP.UMIN, ir.ATOMIC_OP.UMAX)


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
    """The value before each of ``values`` is combined in order, and the last.

    One longer than ``values``.
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


def _in_order(
    operation: np.ufunc | None,
    dtype: tl.dtype,
    view: np.ndarray,
    index: np.ndarray,
    values: np.ndarray,
) -> np.ndarray:
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


def _compare_and_swap(
    view: np.ndarray, index: np.ndarray, expected: np.ndarray, desired: np.ndarray
) -> np.ndarray:
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


class AtomicOperations:
    """Builder methods for atomics."""

    def _atomic(
        self,
        pointer: Handle,
        mask: Handle | None,
        dtype: tl.dtype,
        semantics: Any,
        operands: list[np.ndarray],
        update: Callable,
    ) -> Handle:
        active = None if mask is None else mask.data
        shapes = [pointer.data.shape, *[each.shape for each in operands]] + (
            [] if active is None else [active.shape]
        )
        block = np.broadcast_shapes(*shapes)[1:]
        shape = (len(MACHINE.programs), *block)
        spread = [np.broadcast_to(each, shape).reshape(-1) for each in operands]
        size = item_bytes(dtype)

        def apply(storage: Storage, index: np.ndarray, chosen: np.ndarray) -> np.ndarray:
            return update(storage.bytes.view(size), index, *[each[chosen] for each in spread])

        synchronises = semantics != ir.MEM_SEMANTIC.RELAXED
        bits = MACHINE.memory.atomic(pointer, active, size, shape, synchronises, apply)
        return Handle(from_bits(bits, dtype), dtype)

    def create_atomic_rmw(
        self,
        operation: Any,
        pointer: Handle,
        value: Handle,
        mask: Handle | None,
        semantics: Any,
        scope: Any = None,
    ) -> Handle:
        if operation not in _OPERATIONS:
            raise unsupported(f"atomic {operation}")
        dtype, data = value.dtype.scalar, value.data
        if dtype.is_fp8():
            raise unsupported(f"atomics on {dtype}")
        if operation in _UNSIGNED:
            data = data.view(f"u{data.itemsize}")
            dtype = {1: tl.uint8, 2: tl.uint16, 4: tl.uint32, 8: tl.uint64}[data.itemsize]
        update = partial(_in_order, _OPERATIONS[operation], dtype)
        return self._atomic(pointer, mask, dtype, semantics, [data], update)

    def create_atomic_cas(
        self, pointer: Handle, expected: Handle, desired: Handle, semantics: Any, scope: Any
    ) -> Handle:
        dtype = desired.dtype.scalar
        operands = [to_bits(expected.data, expected.dtype.scalar), to_bits(desired.data, dtype)]
        return self._atomic(pointer, None, dtype, semantics, operands, _compare_and_swap)

    def create_atomic_load(
        self, pointer: Handle, mask: Handle | None, semantics: Any, scope: Any
    ) -> Handle:
        element = pointer.dtype.scalar.element_ty
        return self._atomic(pointer, mask, element, semantics, [], lambda view, index: view[index])

    def create_atomic_store(
        self, pointer: Handle, value: Handle, mask: Handle | None, semantics: Any, scope: Any
    ) -> None:
        self.create_atomic_rmw(ir.ATOMIC_OP.XCHG, pointer, value, mask, semantics)

    def create_atomic_poll(self, *_: Any) -> Handle:
        raise unsupported("tl.atomic_poll")
