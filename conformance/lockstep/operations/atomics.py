"""Atomic operations, executed in program order within an instruction."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import triton.language as tl

from conformance.lockstep.machine import MACHINE, unsupported
from conformance.lockstep.memory.storage import Storage
from conformance.lockstep.operations.atomic_updates import compare_and_swap, in_order
from conformance.lockstep.values.divergence import Apart
from conformance.lockstep.values.handle import Handle, from_bits, to_bits
from conformance.lockstep.values.numpy_types import item_bytes
from conformance.triton_internals import AtomicOperation, MemoryOrder

_OPERATIONS: dict[Any, np.ufunc | None] = {
    AtomicOperation.ADD: np.add,
    AtomicOperation.FADD: np.add,
    AtomicOperation.MIN: np.minimum,
    AtomicOperation.UMIN: np.minimum,
    AtomicOperation.MAX: np.maximum,
    AtomicOperation.UMAX: np.maximum,
    AtomicOperation.AND: np.bitwise_and,
    AtomicOperation.OR: np.bitwise_or,
    AtomicOperation.XOR: np.bitwise_xor,
    AtomicOperation.XCHG: None,
}
_UNSIGNED = (AtomicOperation.UMIN, AtomicOperation.UMAX)


def run_in_order() -> None:
    """Programs that disagree must not run side by side from here on: one may wait for another.

    Raises ``Apart`` if some did before.
    """
    if MACHINE.parted:
        raise Apart
    MACHINE.may_part = False


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
        run_in_order()

        def apply(storage: Storage, index: np.ndarray, chosen: np.ndarray) -> np.ndarray:
            return update(storage.bytes.view(size), index, *[each[chosen] for each in spread])

        synchronises = semantics != MemoryOrder.RELAXED
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
        update = partial(in_order, _OPERATIONS[operation], dtype)
        return self._atomic(pointer, mask, dtype, semantics, [data], update)

    def create_atomic_cas(
        self, pointer: Handle, expected: Handle, desired: Handle, semantics: Any, scope: Any
    ) -> Handle:
        dtype = desired.dtype.scalar
        operands = [to_bits(expected.data, expected.dtype.scalar), to_bits(desired.data, dtype)]
        return self._atomic(pointer, None, dtype, semantics, operands, compare_and_swap)

    def create_atomic_load(
        self, pointer: Handle, mask: Handle | None, semantics: Any, scope: Any
    ) -> Handle:
        element = pointer.dtype.scalar.element_ty
        return self._atomic(pointer, mask, element, semantics, [], lambda view, index: view[index])

    def create_atomic_store(
        self, pointer: Handle, value: Handle, mask: Handle | None, semantics: Any, scope: Any
    ) -> None:
        self.create_atomic_rmw(AtomicOperation.XCHG, pointer, value, mask, semantics)

    def create_atomic_poll(self, *_: Any) -> Handle:
        raise unsupported("tl.atomic_poll")
