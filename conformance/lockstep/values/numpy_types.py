"""How values of Triton's types are kept in arrays, and how many bytes they take in memory."""

from __future__ import annotations

import numpy as np
import triton.language as tl

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
