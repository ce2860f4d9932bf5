"""Element-wise operations."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from conformance.lockstep.operations.fused_multiply_add import fused_multiply_add
from conformance.lockstep.operations.methods import (
    binary,
    comparison,
    float_binary,
    same_type,
    unary,
    wrapping,
)
from conformance.lockstep.values.handle import Handle
from conformance.triton_internals import skips_nan

_umulhi64: Any = np.frompyfunc(lambda a, b: (int(a) * int(b)) >> 64, 2, 1)
_erf: Any = np.frompyfunc(math.erf, 1, 1)


def _shift_as_signed(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.right_shift(left.view(f"i{left.itemsize}"), right.view(f"i{right.itemsize}")).view(
        left.dtype
    )


def _divide_integers(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return (left - np.fmod(left, right)) // right


class ElementwiseOperations:
    """Builder methods that work element by element; they need not know of the program axis."""

    create_add = wrapping(np.add, np.bitwise_xor)
    create_sub = wrapping(np.subtract, np.bitwise_xor)
    create_mul = wrapping(np.multiply, np.bitwise_and)
    create_fadd = float_binary(np.add)
    create_fsub = float_binary(np.subtract)
    create_fmul = float_binary(np.multiply)
    create_fdiv = create_precise_divf = create_approx_divf = float_binary(np.divide)
    create_frem = float_binary(np.fmod)
    create_sdiv = create_udiv = binary(_divide_integers)
    create_srem = create_urem = binary(np.fmod)
    create_and = binary(np.bitwise_and)
    create_or = binary(np.bitwise_or)
    create_xor = binary(np.bitwise_xor)
    create_shl = binary(np.left_shift)
    create_ashr = binary(_shift_as_signed)
    create_minsi = create_minui = binary(np.minimum)
    create_maxsi = create_maxui = binary(np.maximum)
    create_minimumf = float_binary(np.minimum)
    create_maximumf = float_binary(np.maximum)
    create_minnumf = float_binary(np.fmin)
    create_maxnumf = float_binary(np.fmax)

    create_icmpSLE = create_icmpULE = create_fcmpOLE = create_fcmpULE = comparison(np.less_equal)
    create_icmpSLT = create_icmpULT = create_fcmpOLT = create_fcmpULT = comparison(np.less)
    create_icmpSGE = create_icmpUGE = create_fcmpOGE = create_fcmpUGE = comparison(np.greater_equal)
    create_icmpSGT = create_icmpUGT = create_fcmpOGT = create_fcmpUGT = comparison(np.greater)
    create_icmpEQ = create_fcmpOEQ = create_fcmpUEQ = comparison(np.equal)
    create_icmpNE = create_fcmpONE = create_fcmpUNE = comparison(np.not_equal)

    create_fneg = unary(np.negative)
    create_iabs = unary(np.abs)
    create_fabs = unary(np.fabs)
    create_exp = unary(np.exp)
    create_exp2 = unary(np.exp2)
    create_log = unary(np.log)
    create_log2 = unary(np.log2)
    create_sin = unary(np.sin)
    create_cos = unary(np.cos)
    create_floor = unary(np.floor)
    create_ceil = unary(np.ceil)
    create_sqrt = create_precise_sqrt = unary(np.sqrt)
    create_rsqrt = unary(lambda data: 1 / np.sqrt(data))
    create_erf = unary(lambda data: _erf(data).astype(data.dtype))

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
        return same_type(fused_multiply_add(x.data, y.data, z.data), z.dtype.scalar)

    def create_clampf(self, value: Handle, low: Handle, high: Handle, propagate_nan: Any) -> Handle:
        if skips_nan(propagate_nan):
            data = np.fmin(np.fmax(value.data, low.data), high.data)
        else:
            data = np.clip(value.data, low.data, high.data)
        return same_type(data, value.dtype.scalar)

    def create_select(self, condition: Handle, left: Handle, right: Handle) -> Handle:
        origin = left.origin if left.origin is right.origin else None
        return Handle(np.where(condition.data, left.data, right.data), right.dtype.scalar, origin)
