"""bfloat16, which numpy lacks.

Values live in float32 arrays that hold only representable values; arithmetic is done in
float32 and rounded to nearest even, as hardware does. Triton's own interpreter adds the *integers*
that encode them and truncates when it casts.
"""

from __future__ import annotations

import numpy as np


def round_to_bfloat16(data: np.ndarray) -> np.ndarray:
    """float32 values rounded to nearest even bfloat16, still as float32; NaN stays NaN."""
    bits = np.ascontiguousarray(data, dtype=np.float32).view(np.uint32)
    rounded = (bits + (np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1)))) & np.uint32(
        0xFFFF0000
    )
    nan = np.isnan(data)
    if nan.any():
        rounded = np.where(nan, (bits | np.uint32(0x00400000)) & np.uint32(0xFFFF0000), rounded)
    return rounded.view(np.float32)


def truncate_to_bfloat16(data: np.ndarray) -> np.ndarray:
    """float32 values rounded towards zero to bfloat16, still as float32."""
    bits = np.ascontiguousarray(data, dtype=np.float32).view(np.uint32)
    return (bits & np.uint32(0xFFFF0000)).view(np.float32)


def round_to_odd(data: np.ndarray) -> np.ndarray:
    """float64 to float32 such that a later rounding to a narrower type rounds only once."""
    near = data.astype(np.float32)
    inexact = (near.astype(np.float64) != data) & np.isfinite(near)
    toward_zero = np.where(
        np.abs(near.astype(np.float64)) > np.abs(data), np.nextafter(near, np.float32(0)), near
    )
    bits = toward_zero.astype(np.float32).view(np.uint32)
    return np.where(inexact, bits | np.uint32(1), near.view(np.uint32)).view(np.float32)


def from_bfloat16_bits(bits: np.ndarray) -> np.ndarray:
    """uint16 encodings to float32 values."""
    return (bits.astype(np.uint32) << np.uint32(16)).view(np.float32)


def to_bfloat16_bits(data: np.ndarray) -> np.ndarray:
    """float32 arrays of bfloat16 values to uint16 encodings."""
    return (np.ascontiguousarray(data).view(np.uint32) >> np.uint32(16)).astype(np.uint16)
