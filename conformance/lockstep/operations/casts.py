"""Conversions between types."""

from __future__ import annotations

from typing import Any

import numpy as np
import triton.language as tl

from conformance.lockstep.machine import MACHINE, unsupported
from conformance.lockstep.values.bfloat16 import (
    round_to_bfloat16,
    round_to_odd,
    truncate_to_bfloat16,
)
from conformance.lockstep.values.float8 import (
    can_decode_float8,
    can_encode_float8,
    decode_float8,
    encode_float8,
)
from conformance.lockstep.values.handle import Handle, from_bits, to_bits
from conformance.lockstep.values.numpy_types import numpy_type
from conformance.triton_internals import Rounding


def convert(data: np.ndarray, source: tl.dtype, target: tl.dtype) -> np.ndarray:
    """Values of scalar type ``source`` as values of ``target``; floats round to nearest even."""
    if source.is_fp8():
        if not can_decode_float8(source.name):
            raise unsupported(f"conversion of {source}")
        return (
            data
            if source == target
            else convert(decode_float8(data, source.name), tl.float32, target)
        )
    if target.is_fp8():
        if not can_encode_float8(target.name):
            raise unsupported(f"conversion to {target}")
        single = round_to_odd(data) if data.dtype == np.float64 else data.astype(np.float32)
        return encode_float8(single, target.name)
    if target.name == "bf16":
        wide = data.dtype == np.float64 or (data.dtype.kind in "iu" and data.itemsize >= 4)
        return round_to_bfloat16(
            round_to_odd(data.astype(np.float64)) if wide else data.astype(np.float32)
        )
    return data.astype(numpy_type(target))


def _toward_zero(data: np.ndarray, target: tl.dtype) -> np.ndarray:
    if target.name == "bf16" and data.dtype == np.float32:
        return truncate_to_bfloat16(data)
    if target.name != "fp16":
        raise unsupported(f"rounding towards zero to {target}")
    near = data.astype(np.float16)
    exceeds = np.abs(near.astype(np.float64)) > np.abs(data.astype(np.float64))
    return np.where(exceeds, np.nextafter(near, np.float16(0)), near)


class CastOperations:
    """Builder methods for casts."""

    def _cast(self, operand: Handle, target: tl.dtype, *_: Any) -> Handle:
        return Handle(convert(operand.data, operand.dtype.scalar, target.scalar), target.scalar)

    create_si_to_fp = create_ui_to_fp = create_fp_ext = create_fp_trunc = create_int_cast = _cast
    create_fp_to_si = _cast

    def create_fp_to_ui(self, operand: Handle, target: tl.dtype) -> Handle:
        source = operand.dtype.scalar
        data = decode_float8(operand.data, source.name) if source.is_fp8() else operand.data
        return Handle(data.astype(f"u{numpy_type(target).itemsize}"), target.scalar)

    def create_fp_to_fp(self, operand: Handle, target: tl.dtype, rounding: Any) -> Handle:
        if rounding in (None, Rounding.RTNE):
            return self._cast(operand, target)
        return Handle(_toward_zero(operand.data, target.scalar), target.scalar)

    def create_bitcast(self, operand: Handle, target: tl.dtype) -> Handle:
        source, scalar = operand.dtype.scalar, target.scalar
        if isinstance(scalar, tl.pointer_type):
            return Handle(operand.data.view(np.uint64), scalar, operand.origin)
        return Handle(from_bits(to_bits(operand.data, source), scalar), scalar)

    def create_int_to_ptr(self, operand: Handle, target: tl.dtype) -> Handle:
        address = operand.data.astype(np.int64).view(np.uint64)
        return Handle(address, target.scalar, MACHINE.memory.origin(address))

    create_ptr_to_int = create_bitcast
