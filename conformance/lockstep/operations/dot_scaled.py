"""Matrix products of microscaling formats: small floats with a scale for each group along K.

The formats are those of the OCP Microscaling Formats (MX) specification, version 1.0.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import triton.language as tl

from conformance.lockstep.operations.casts import convert
from conformance.lockstep.values.bfloat16 import round_to_bfloat16
from conformance.lockstep.values.handle import Handle
from conformance.triton_internals import ScaledFormat

#: The values of e2m1, by their four bits without the sign (MX specification, section 5.3.3).
_E2M1 = np.array([0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0], np.float32)
_E2M1 = np.concatenate([_E2M1, -_E2M1])


def unpack_e2m1(data: np.ndarray, axis: int) -> np.ndarray:
    """Two values a byte, the first in the lower bits, as float32; ``axis`` is twice as long."""
    packed = np.moveaxis(data, axis, -1)
    pairs = np.stack([_E2M1[packed & 15], _E2M1[packed >> 4]], axis=-1)
    return np.moveaxis(pairs.reshape(*packed.shape[:-1], -1), -1, axis)


def decode_e8m0(data: np.ndarray) -> np.ndarray:
    """Powers of two, 2 ** (byte - 127), as float32; 255 is NaN (MX specification, section 5.4)."""
    exponents = data.view(np.uint8).astype(np.int32) - 127
    return np.where(exponents == 128, np.float32(np.nan), np.ldexp(np.float32(1), exponents))


def _scale(handle: Handle) -> np.ndarray:
    dtype = handle.dtype.scalar
    return convert(handle.data, dtype, tl.float32) if dtype.is_fp8() else decode_e8m0(handle.data)


class DotScaledOperations:
    """The builder method for scaled products; the program axis is one more batch axis.

    Operands are brought to bfloat16, or to float16 if one of them is, as compiled code does where
    a GPU has no such instruction. With these formats only values next to infinity or zero differ.
    """

    def create_dot_scaled(
        self,
        left: Handle,
        left_scale: Handle | None,
        left_format: Any,
        right: Handle,
        right_scale: Handle | None,
        right_format: Any,
        fast_math: bool,
        left_k_packed: bool,
        right_k_packed: bool,
        accumulator: Handle,
    ) -> Handle:
        half = ScaledFormat.FP16 in (left_format, right_format)
        lhs = _values(left, left_format, -1 if left_k_packed else -2)
        rhs = _values(right, right_format, -2 if right_k_packed else -1)
        if left_scale is not None:
            lhs = _scaled(lhs, _scale(left_scale), -1, half)
        if right_scale is not None:  # its shape is (N, groups)
            rhs = _scaled(rhs, np.swapaxes(_scale(right_scale), -1, -2), -2, half)
        product = np.matmul(lhs, rhs, dtype=np.float32)
        return Handle(product + accumulator.data, tl.float32)


def _values(handle: Handle, format_: Any, packed: int) -> np.ndarray:
    if format_ == ScaledFormat.E2M1:
        return unpack_e2m1(handle.data, packed)
    return convert(handle.data, handle.dtype.scalar, tl.float32)


def _scaled(values: np.ndarray, scale: np.ndarray, axis: int, half: bool) -> np.ndarray:
    """``values`` times their scales, of which ``axis`` has one for each group."""
    scale = np.repeat(scale, values.shape[axis] // scale.shape[axis], axis=axis)
    if half:
        return (values.astype(np.float16) * scale.astype(np.float16)).astype(np.float32)
    return round_to_bfloat16(values * scale)
