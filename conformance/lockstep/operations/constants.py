"""Types and constants as the builder makes them. Types stand for themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import triton.language as tl

from conformance.lockstep.values.bfloat16 import round_to_bfloat16
from conformance.lockstep.values.handle import Handle
from conformance.lockstep.values.numpy_types import NUMPY_TYPES, numpy_type


class ConstantOperations:
    """Builder methods for types and constants; see below for one method for each type."""

    def get_ptr_ty(self, element: tl.dtype, address_space: Any) -> tl.dtype:
        return tl.pointer_type(element, address_space)

    def get_block_ty(self, dtype: tl.dtype, shape: Any) -> tl.dtype:
        return tl.block_type(dtype, list(shape))

    def get_null_value(self, dtype: tl.dtype) -> Handle:
        return Handle(np.zeros(1, numpy_type(dtype)), dtype.scalar)

    def get_all_ones_value(self, dtype: tl.dtype) -> Handle:
        kind = numpy_type(dtype)
        ones = (
            np.ones(1, bool) if kind.kind == "b" else np.full(1, -1, f"i{kind.itemsize}").view(kind)
        )
        return Handle(ones, dtype.scalar)

    def get_bf16(self, value: float) -> Handle:
        return Handle(round_to_bfloat16(np.array([value], np.float32)), tl.bfloat16)

    def get_cache_policy(self, *_: Any) -> None:
        return None


def _constant(kind: np.dtype, dtype: tl.dtype) -> Callable:
    def get(self, value: Any) -> Handle:
        return Handle(np.array([value]).astype(kind), dtype)

    return get


_TYPES = {
    "void": tl.void,
    "half": tl.float16,
    "bf16": tl.bfloat16,
    "float": tl.float32,
    "double": tl.float64,
    "int1": tl.int1,
    "int8": tl.int8,
    "int16": tl.int16,
    "int32": tl.int32,
    "int64": tl.int64,
    "uint8": tl.uint8,
    "uint16": tl.uint16,
    "uint32": tl.uint32,
    "uint64": tl.uint64,
    "fp8e4nv": tl.float8e4nv,
    "fp8e4b15": tl.float8e4b15,
    "fp8e4b8": tl.float8e4b8,
    "fp8e5": tl.float8e5,
    "fp8e5b16": tl.float8e5b16,
}
for _name, _type in _TYPES.items():
    setattr(ConstantOperations, f"get_{_name}_ty", lambda self, _type=_type: _type)
for _type in (
    tl.int1,
    tl.int8,
    tl.uint8,
    tl.int16,
    tl.uint16,
    tl.int32,
    tl.uint32,
    tl.int64,
    tl.uint64,
    tl.float16,
    tl.float32,
    tl.float64,
):
    setattr(ConstantOperations, f"get_{_type.name}", _constant(NUMPY_TYPES[_type.name], _type))
