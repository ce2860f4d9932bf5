"""Reading and writing as many rows as an index says, and skipping partitions without any."""

from __future__ import annotations

from typing import Any

import torch

from conformance.vendors.rebel.memory.access import read, write
from conformance.vendors.rebel.memory.block_pointers import BlockPointer, block_pointer, integer
from conformance.vendors.rebel.values.dtypes import mlir_name
from conformance.vendors.rebel.values.dynamic_index import DynamicIndex
from conformance.vendors.rebel.values.tensor import Tensor, data_of
from conformance.vendors.rebel.watching.report import INDEX_RANGE, LOAD_BEYOND, STORE_BEYOND
from conformance.vendors.rebel.watching.running import current, unsupported

_INDEX_TYPES = (torch.int8, torch.int16, torch.int32)


def to_dynamic_index(data: Any, max: int = -1) -> DynamicIndex:
    """The one element of a block pointer as an index. A.

    An index below 0 or above ``max`` is recorded (the documentation calls ``max`` an upper bound
    and a hint to the compiler) and used as it is. Raises TypeError unless the elements are signed
    integers of at most 32 bits, as the compiler does.
    """
    pointer = block_pointer(data, "to_dynamic_index")
    argument = pointer.base
    if argument.tensor.dtype not in _INDEX_TYPES:
        found = "x".join([*map(str, argument.tensor.shape), mlir_name(argument.tensor.dtype)])
        raise TypeError(
            "rtosa.to_dynamic_index: operand #0 must be a tensor of 8-, 16- or 32-bit signless "
            f"integer values, got tensor<{found}> ({argument.name})"
        )
    if any(size != 1 for size in pointer.block_shape):
        raise ValueError(f"to_dynamic_index: want one element, got {pointer.block_shape}")
    value = int(read(pointer, pointer.block_shape).reshape(()))
    maximum = None if max == -1 else integer(max)
    if value < 0 or (maximum is not None and value > maximum):
        limit = "" if maximum is None else f", its maximum is {maximum}"
        detail = f"the index is {value}{limit}"
        current().record(INDEX_RANGE, argument.name, pointer.byte_offset, 1, detail)
    # The declared row, cut to the tensor: a look at the other partitions is no access.
    stride, position = pointer.strides[-1], pointer.offsets[-1]
    start = pointer.byte_offset // argument.item_size - position * stride
    places = [start + at * stride for at in range(pointer.shape[-1])]
    row = tuple(int(argument.flat[p]) for p in places if 0 <= p < argument.flat.numel())
    return DynamicIndex(value, value, argument.name, pointer.byte_offset, row, position, maximum)


def partition_skip(index: DynamicIndex) -> bool:
    """Whether the partition that ``index`` belongs to has nothing to do. C.

    ``index`` counts the rows that the partition holds already; its row of the index tensor tells of
    all partitions. The first partition runs, any other one only if the one before it is full. With
    one value in the row nothing is skipped.
    """
    if not isinstance(index, DynamicIndex):
        raise unsupported(f"partition_skip of a {type(index).__name__}")
    if index.position == 0 or len(index.row) < 2:
        return False
    size = index.size()
    if size is None:
        raise unsupported("partition_skip of an index that has no maximum and was not used before")
    before = index.row[min(index.position, len(index.row)) - 1]
    return before < size


def dynamic_load(ptr: Any, axis: int = -1, index: Any = None) -> Tensor:
    """The first ``index`` rows of a block along ``axis``; all of it without ``index``. A.

    The result has the shape of the block. Its other rows are unspecified (C) and hold what the
    session says, 0 by default.
    """
    pointer = block_pointer(ptr, "dynamic_load")
    if index is None:
        return Tensor(read(pointer, pointer.block_shape))
    shape = pointer.block_shape
    count = _rows(index, shape[axis], pointer, LOAD_BEYOND)
    sizes = [count if at == axis % len(shape) else size for at, size in enumerate(shape)]
    dtype = pointer.base.tensor.dtype
    rest = current().rest if dtype.is_floating_point else 0
    found = torch.full(shape, rest, dtype=dtype)
    if count:
        found.narrow(axis, 0, count).copy_(read(pointer, sizes))
    return Tensor(found)


def dynamic_store(ptr: Any, value: Any, axis: int = -1, index: Any = None) -> None:
    """Store the first ``index`` rows along ``axis``, all of ``value`` without ``index``. A.

    Other rows stay (B). More rows than the block has are cut off (C) and recorded, unless the
    partition was full before and the sequence goes on in the next one.
    """
    pointer, data = block_pointer(ptr, "dynamic_store"), data_of(value, "dynamic_store")
    shape = pointer.block_shape
    if tuple(data.shape) != shape:
        raise ValueError(f"dynamic_store: value {tuple(data.shape)} for a block {shape}")
    if index is None:
        write(pointer, shape, data)
        return
    count = _rows(index, shape[axis], pointer, STORE_BEYOND)
    if count:
        sizes = [count if at == axis % len(shape) else size for at, size in enumerate(shape)]
        write(pointer, sizes, data.narrow(axis, 0, count))


def _rows(index: Any, length: int, pointer: BlockPointer, kind: str) -> int:
    count = integer(index)
    known = index if isinstance(index, DynamicIndex) else None
    if known is not None and known.value == known.read:
        known.used_for(length)
    if count > length and not (known is not None and known.fills(length)):
        detail = f"{count} rows of an axis of {length}"
        current().record(kind, pointer.base.name, pointer.byte_offset, count - length, detail)
    elif count < 0:
        current().record(kind, pointer.base.name, pointer.byte_offset, 1, f"{count} rows")
    return min(max(count, 0), length)
