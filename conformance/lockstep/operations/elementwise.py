"""Element-wise operations."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from conformance.lockstep.machine import unsupported
from conformance.lockstep.values.bfloat16 import round_to_bfloat16
from conformance.lockstep.values.tensor import Handle
from conformance.lockstep.values.types import numpy_type
from conformance.triton_internals import ir, tl


def _same_type(data: np.ndarray, dtype: tl.dtype) -> Handle:
    if dtype.name == "bf16":
        data = round_to_bfloat16(data)
    else:
        expected = numpy_type(dtype)
        if data.dtype != expected:
            data = data.astype(expected)
    return Handle(data, dtype)


def _binary(operation: Callable) -> Callable:
    def create(self, left: Handle, right: Handle, *_: Any) -> Handle:
        return _same_type(operation(left.data, right.data), left.dtype.scalar)

    return create


def _float_binary(operation: Callable) -> Callable:
    def create(self, left: Handle, right: Handle, *_: Any) -> Handle:
        dtype = left.dtype.scalar
        if dtype.is_fp8():
            raise unsupported(f"{operation.__name__} of {dtype}")
        return _same_type(operation(left.data, right.data), dtype)

    return create


def _wrapping(operation: Callable, on_bits: Callable) -> Callable:
    # int1 is a one-bit integer that wraps around; numpy's bool saturates.
    def create(self, left: Handle, right: Handle, *_: Any) -> Handle:
        chosen = on_bits if left.data.dtype == bool else operation
        return _same_type(chosen(left.data, right.data), left.dtype.scalar)

    return create


def _comparison(operation: Callable) -> Callable:
    def create(self, left: Handle, right: Handle) -> Handle:
        if left.dtype.scalar.is_fp8():
            raise unsupported(f"comparison of {left.dtype}")
        return Handle(operation(left.data, right.data), tl.int1)

    return create


def _unary(operation: Callable) -> Callable:
    def create(self, operand: Handle) -> Handle:
        if operand.dtype.scalar.is_fp8():
            raise unsupported(f"{operation.__name__} of {operand.dtype}")
        return _same_type(operation(operand.data), operand.dtype.scalar)

    return create


def _shift_as_signed(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.right_shift(left.view(f"i{left.itemsize}"), right.view(f"i{right.itemsize}")).view(
        left.dtype
    )


def _divide_integers(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return (left - np.fmod(left, right)) // right


_umulhi64: Any = np.frompyfunc(lambda a, b: (int(a) * int(b)) >> 64, 2, 1)
_erf: Any = np.frompyfunc(math.erf, 1, 1)


def _fused_multiply_add(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    if z.dtype == np.float64:
        library = ctypes.CDLL(None).fma
        library.restype, library.argtypes = ctypes.c_double, [ctypes.c_double] * 3
        return np.frompyfunc(library, 3, 1)(x, y, z).astype(np.float64)
    product = x.astype(np.float64) * y.astype(np.float64)  # exact for float32 and narrower
    addend = z.astype(np.float64)
    total = product + addend
    # Knuth's two-sum gives the rounding error; moving to the odd neighbour makes the next rounding
    # exact.
    virtual = total - product
    error = (product - (total - virtual)) + (addend - virtual)
    bits = total.view(np.int64)
    inexact = (error != 0) & np.isfinite(total) & ((bits & 1) == 0)
    away = np.where((error > 0) == (total > 0), 1, -1)
    odd = np.where(inexact, bits + away, bits).view(np.float64)
    return odd.astype(z.dtype)


class ElementwiseOperations:
    """Builder methods that work element by element; they need not know of the program axis."""

    create_add = _wrapping(np.add, np.bitwise_xor)
    create_sub = _wrapping(np.subtract, np.bitwise_xor)
    create_mul = _wrapping(np.multiply, np.bitwise_and)
    create_fadd = _float_binary(np.add)
    create_fsub = _float_binary(np.subtract)
    create_fmul = _float_binary(np.multiply)
    create_fdiv = create_precise_divf = create_approx_divf = _float_binary(np.divide)
    create_frem = _float_binary(np.fmod)
    create_sdiv = create_udiv = _binary(_divide_integers)
    create_srem = create_urem = _binary(np.fmod)
    create_and = _binary(np.bitwise_and)
    create_or = _binary(np.bitwise_or)
    create_xor = _binary(np.bitwise_xor)
    create_shl = _binary(np.left_shift)
    create_ashr = _binary(_shift_as_signed)
    create_minsi = create_minui = _binary(np.minimum)
    create_maxsi = create_maxui = _binary(np.maximum)
    create_minimumf = _float_binary(np.minimum)
    create_maximumf = _float_binary(np.maximum)
    create_minnumf = _float_binary(np.fmin)
    create_maxnumf = _float_binary(np.fmax)

    create_icmpSLE = create_icmpULE = create_fcmpOLE = create_fcmpULE = _comparison(np.less_equal)
    create_icmpSLT = create_icmpULT = create_fcmpOLT = create_fcmpULT = _comparison(np.less)
    create_icmpSGE = create_icmpUGE = create_fcmpOGE = create_fcmpUGE = _comparison(
        np.greater_equal
    )
    create_icmpSGT = create_icmpUGT = create_fcmpOGT = create_fcmpUGT = _comparison(np.greater)
    create_icmpEQ = create_fcmpOEQ = create_fcmpUEQ = _comparison(np.equal)
    create_icmpNE = create_fcmpONE = create_fcmpUNE = _comparison(np.not_equal)

    create_fneg = _unary(np.negative)
    create_iabs = _unary(np.abs)
    create_fabs = _unary(np.fabs)
    create_exp = _unary(np.exp)
    create_exp2 = _unary(np.exp2)
    create_log = _unary(np.log)
    create_log2 = _unary(np.log2)
    create_sin = _unary(np.sin)
    create_cos = _unary(np.cos)
    create_floor = _unary(np.floor)
    create_ceil = _unary(np.ceil)
    create_sqrt = create_precise_sqrt = _unary(np.sqrt)
    create_rsqrt = _unary(lambda data: 1 / np.sqrt(data))
    create_erf = _unary(lambda data: _erf(data).astype(data.dtype))

    def create_lshr(self, left: Handle, right: Handle) -> Handle:
        unsigned = left.data.view(f"u{left.data.itemsize}")
        shifted = np.right_shift(unsigned, right.data.view(f"u{right.data.itemsize}"))
        return Handle(shifted.view(left.data.dtype), left.dtype.scalar)

    def create_umulhi(self, left: Handle, right: Handle) -> Handle:
        kind, bits = left.data.dtype, left.data.itemsize * 8
        unsigned = np.dtype(f"u{kind.itemsize}")
        a, b = left.data.view(unsigned), right.data.view(unsigned)
        if bits == 64:
            high = _umulhi64(a, b).astype(unsigned)
        else:
            wide = np.dtype(f"u{kind.itemsize * 2}")
            high = ((a.astype(wide) * b.astype(wide)) >> wide.type(bits)).astype(unsigned)
        return Handle(high.view(kind), left.dtype.scalar)

    def create_fma(self, x: Handle, y: Handle, z: Handle) -> Handle:
        return _same_type(_fused_multiply_add(x.data, y.data, z.data), z.dtype.scalar)

    def create_clampf(self, value: Handle, low: Handle, high: Handle, propagate_nan: Any) -> Handle:
        if propagate_nan == ir.PROPAGATE_NAN.NONE:
            data = np.fmin(np.fmax(value.data, low.data), high.data)
        else:
            data = np.clip(value.data, low.data, high.data)
        return _same_type(data, value.dtype.scalar)

    def create_select(self, condition: Handle, left: Handle, right: Handle) -> Handle:
        origin = left.origin if left.origin is right.origin else None
        return Handle(np.where(condition.data, left.data, right.data), right.dtype.scalar, origin)
