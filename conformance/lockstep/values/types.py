"""Triton's types, one object for each, and how values of them are kept.

Triton makes a type anew for each value; comparing, hashing and printing them costs more than the
arithmetic of a small block.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from conformance.triton_internals import tl

#: How values are kept in memory of this process, by the name of Triton's scalar type.
NUMPY_TYPES = {
    "int1": np.dtype(bool),
    "int8": np.dtype(np.int8),
    "uint8": np.dtype(np.uint8),
    "int16": np.dtype(np.int16),
    "uint16": np.dtype(np.uint16),
    "int32": np.dtype(np.int32),
    "uint32": np.dtype(np.uint32),
    "int64": np.dtype(np.int64),
    "uint64": np.dtype(np.uint64),
    "fp16": np.dtype(np.float16),
    "bf16": np.dtype(np.float32),
    "fp32": np.dtype(np.float32),
    "fp64": np.dtype(np.float64),
    "fp8e5": np.dtype(np.uint8),
    "fp8e5b16": np.dtype(np.uint8),
    "fp8e4nv": np.dtype(np.uint8),
    "fp8e4b8": np.dtype(np.uint8),
    "fp8e4b15": np.dtype(np.uint8),
    "void": np.dtype(np.void),
}
_POINTER = np.dtype(np.uint64)


def numpy_type(dtype: tl.dtype) -> np.dtype:
    """The array type that holds values of a Triton scalar or block type."""
    scalar = dtype.scalar
    return _POINTER if isinstance(scalar, tl.pointer_type) else NUMPY_TYPES[scalar.name]


def item_bytes(dtype: tl.dtype) -> int:
    """Bytes that one element takes in memory; a pointer takes 8, an int1 takes 1."""
    return 8 if isinstance(dtype, tl.pointer_type) else max(1, dtype.primitive_bitwidth // 8)


class Kind:
    """A Triton type: itself, its scalar type, the array type, shape and size as tensors have them.

    Equal types have one kind, so that kinds are compared by identity.
    """

    __slots__ = ("array", "numel", "scalar", "shape", "type")

    def __init__(self, type_: tl.dtype):
        template = tl.tensor(None, type_)
        self.type, self.scalar = type_, type_.scalar
        self.shape, self.numel = template.shape, template.numel
        self.array = numpy_type(self.scalar)


#: By the identity of the type of a kind (which the kind keeps alive), and by what makes two equal.
_by_type: dict[int, Kind] = {}
_by_parts: dict[tuple, Kind] = {}
_blocks: dict[tuple[int, tuple[int, ...]], Kind] = {}


def _scalar_parts(scalar: tl.dtype) -> Any:
    if isinstance(scalar, tl.pointer_type):
        return _scalar_parts(scalar.element_ty), scalar.address_space, scalar.const
    return scalar.name


def kind_of(type_: tl.dtype) -> Kind:
    """The kind of a scalar or block type."""
    known = _by_type.get(id(type_))
    if known is None:
        shape = tuple(type_.shape) if type_.is_block() else ()
        parts = (_scalar_parts(type_.scalar), shape)
        known = _by_parts.get(parts)
        if known is None:
            known = _by_parts[parts] = Kind(type_)
            _by_type[id(type_)] = known
    return known


def kind_with(scalar: tl.dtype, shape: tuple[int, ...]) -> Kind:
    """The kind of blocks of ``shape``, of scalars for ``()``."""
    scalar = kind_of(scalar).type
    known = _blocks.get((id(scalar), shape))
    if known is None:
        type_ = tl.block_type(scalar, list(shape)) if shape else scalar
        known = _blocks[id(scalar), shape] = kind_of(type_)
    return known
