"""Loads and stores of blocks. Both are A."""

from __future__ import annotations

from typing import Any

from conformance.vendors.rebel.memory.access import read, write
from conformance.vendors.rebel.memory.block_pointers import block_pointer
from conformance.vendors.rebel.values.tensor import Tensor, data_of
from conformance.vendors.rebel.watching.running import unsupported


def load(pointer: Any, *options: Any, **keywords: Any) -> Tensor:
    """The elements of a block pointer."""
    if options or keywords:
        raise unsupported("options of load (masks, boundary checks)")
    block = block_pointer(pointer, "load")
    return Tensor(read(block, block.block_shape))


def store(pointer: Any, value: Any, *options: Any, **keywords: Any) -> None:
    """Store a block, converted to the element type of the tensor.

    Raises ValueError if the shapes differ.
    """
    if options or keywords:
        raise unsupported("options of store (masks, boundary checks)")
    block, data = block_pointer(pointer, "store"), data_of(value, "store")
    if tuple(data.shape) != block.block_shape:
        raise ValueError(f"store: value {tuple(data.shape)} for a block {block.block_shape}")
    write(block, block.block_shape, data)
