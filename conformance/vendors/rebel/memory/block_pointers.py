"""Block pointers: a block of a declared tensor over the memory of an argument."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from types import SimpleNamespace
from typing import Any

from conformance.vendors.rebel.memory.argument import Argument
from conformance.vendors.rebel.values.dynamic_index import DynamicIndex
from conformance.vendors.rebel.watching.report import OTHER_SHAPE, OTHER_STRIDES
from conformance.vendors.rebel.watching.running import current, unsupported


@dataclass(frozen=True)
class BlockPointer:
    """The block of ``block_shape`` at ``offsets`` of a tensor declared as ``shape``, ``strides``.

    ``type.element_ty.shape`` is the block's shape, as in Triton.
    """

    base: Argument
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offsets: tuple[int, ...]
    block_shape: tuple[int, ...]

    @property
    def type(self) -> SimpleNamespace:
        return SimpleNamespace(element_ty=SimpleNamespace(shape=self.block_shape))

    @property
    def tensor_shape(self) -> tuple[int, ...]:
        """The shape of the argument, whatever was declared."""
        return tuple(self.base.tensor.shape)

    @property
    def byte_offset(self) -> int:
        """Bytes from the argument's first element to the block's."""
        elements = sum(o * s for o, s in zip(self.offsets, self.strides, strict=True))
        return elements * self.base.item_size


def make_block_ptr(
    base: Any,
    shape: Sequence[Any],
    strides: Sequence[Any],
    offsets: Sequence[Any],
    block_shape: Sequence[Any],
    order: Sequence[int],
) -> BlockPointer:
    """A block of the tensor that ``base`` points to. A.

    ``order`` has no effect on values. A declaration that differs from the tensor is recorded. If
    it is that of a dense tensor of another shape, a block that fits into the real tensor is taken
    from there (C: the compiler knows the tensor, and kernels that declare a pool of more or fewer
    blocks than they are passed could not work otherwise). Else addresses follow the declaration.
    Raises TypeError if ``base`` is no pointer argument and ValueError if the ranks differ.
    """
    if not isinstance(base, Argument):
        raise TypeError(f"make_block_ptr: base must be a pointer, got {type(base).__name__}")
    parts = [tuple(map(integer, part)) for part in (shape, strides, offsets, block_shape)]
    if {len(part) for part in parts} != {len(order)} or sorted(order) != list(range(len(order))):
        raise ValueError(
            f"make_block_ptr of {base.name!r}: shape, strides, offsets, block_shape and order must"
            f" have one rank, got {[*map(len, parts), len(order)]}"
        )
    pointer = BlockPointer(base, *parts)
    _check_declaration(pointer)
    return _in_its_tensor(pointer)


def advance(base: Any, offsets: Sequence[Any]) -> BlockPointer:
    """The same block pointer, further on by ``offsets``. A."""
    pointer = block_pointer(base, "advance")
    moved = zip(pointer.offsets, map(integer, offsets), strict=True)
    return replace(pointer, offsets=tuple(old + step for old, step in moved))


def block_pointer(value: Any, function: str) -> BlockPointer:
    """``value`` if it is a block pointer. Raises ``UnsupportedFeature`` otherwise."""
    if not isinstance(value, BlockPointer):
        raise unsupported(f"{function} of a {type(value).__name__}, which is no block pointer")
    return value


def integer(value: Any) -> int:
    """A number or dynamic index as an int. Raises TypeError for anything else."""
    if isinstance(value, DynamicIndex):
        return value.value
    if isinstance(value, int):
        return int(value)
    raise TypeError(f"want an integer or a dynamic index, got {type(value).__name__}")


def _check_declaration(pointer: BlockPointer) -> None:
    base, dense = pointer.base, pointer.base.tensor.stride()
    if pointer.shape != pointer.tensor_shape:
        kind, declared, real = OTHER_SHAPE, str(pointer.shape), pointer.tensor_shape
        if not _is_dense(pointer):
            declared += f" with strides {pointer.strides}"
    elif not _alike(pointer.strides, dense, pointer.shape):
        kind, declared, real = OTHER_STRIDES, str(pointer.strides), dense
    else:
        return
    detail = f"declared {declared}, the tensor has {real}"
    current().record(kind, base.name, pointer.byte_offset, 1, detail)


def _in_its_tensor(pointer: BlockPointer) -> BlockPointer:
    """The pointer with the layout of its tensor, if it declares a dense one and the block fits."""
    shape = pointer.tensor_shape
    if pointer.shape == shape or len(pointer.shape) != len(shape) or not _is_dense(pointer):
        return pointer
    blocks = zip(pointer.offsets, pointer.block_shape, shape, strict=True)
    if any(offset < 0 or offset + size > length for offset, size, length in blocks):
        return pointer
    return replace(pointer, shape=shape, strides=tuple(pointer.base.tensor.stride()))


def _is_dense(pointer: BlockPointer) -> bool:
    """Whether the declared strides are those of the declared shape in row-major order."""
    shape = pointer.shape
    return _alike(pointer.strides, [prod(shape[axis + 1 :]) for axis in range(len(shape))], shape)


def _alike(strides: Sequence[int], others: Sequence[int], shape: Sequence[int]) -> bool:
    """Whether strides lead to the same elements: those of axes of length one do not matter."""
    return all(a == b for a, b, n in zip(strides, others, shape, strict=True) if n > 1)
