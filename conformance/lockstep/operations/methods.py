"""Methods of the builder, made of functions of numpy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import triton.language as tl

from conformance.lockstep.machine import unsupported
from conformance.lockstep.values.bfloat16 import round_to_bfloat16
from conformance.lockstep.values.handle import Handle
from conformance.lockstep.values.numpy_types import NUMPY_TYPES, numpy_type


def same_type(data: np.ndarray, dtype: tl.dtype) -> Handle:
    """Results of numpy as values of scalar type ``dtype``."""
    if dtype.name == "bf16":
        data = round_to_bfloat16(data)
    else:
        expected = NUMPY_TYPES.get(dtype.name) or numpy_type(dtype)
        if data.dtype is not expected and data.dtype != expected:
            data = data.astype(expected)
    return Handle(data, dtype)


def binary(operation: Callable) -> Callable:
    """``operation`` of two operands, whose type the result has."""

    def create(self, left: Handle, right: Handle, *_: Any) -> Handle:
        return same_type(operation(left.data, right.data), left.dtype.scalar)

    return create


def float_binary(operation: Callable) -> Callable:
    """The same for floats of 16 bits and more; 8-bit ones raise ``UnsupportedFeature``."""

    def create(self, left: Handle, right: Handle, *_: Any) -> Handle:
        dtype = left.dtype.scalar
        if dtype.is_fp8():
            raise unsupported(f"{operation.__name__} of {dtype}")
        return same_type(operation(left.data, right.data), dtype)

    return create


def wrapping(operation: Callable, on_bits: Callable) -> Callable:
    """``operation`` of integers that wrap around, and ``on_bits`` for int1."""

    # int1 is a one-bit integer that wraps around; numpy's bool saturates.
    def create(self, left: Handle, right: Handle, *_: Any) -> Handle:
        chosen = on_bits if left.data.dtype == bool else operation
        return same_type(chosen(left.data, right.data), left.dtype.scalar)

    return create


def comparison(operation: Callable) -> Callable:
    """``operation`` with an int1 as its result."""

    def create(self, left: Handle, right: Handle) -> Handle:
        if left.dtype.scalar.is_fp8():
            raise unsupported(f"comparison of {left.dtype}")
        return Handle(operation(left.data, right.data), tl.int1)

    return create


def unary(operation: Callable) -> Callable:
    """``operation`` of one operand, whose type the result has."""

    def create(self, operand: Handle) -> Handle:
        if operand.dtype.scalar.is_fp8():
            raise unsupported(f"{operation.__name__} of {operand.dtype}")
        return same_type(operation(operand.data), operand.dtype.scalar)

    return create
