"""bfloat16 and 8-bit floats, which numpy lacks.

bfloat16 values live in float32 arrays that hold only representable values; arithmetic is done in
float32 and rounded to nearest even, as hardware does. Triton's own interpreter adds the *integers*
that encode them and truncates when it casts.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import torch

_FLOAT8 = {
    "fp8e5": torch.float8_e5m2,
    "fp8e4nv": torch.float8_e4m3fn,
    "fp8e4b8": torch.float8_e4m3fnuz,
    "fp8e5b16": torch.float8_e5m2fnuz,
}
#: Largest finite value of the formats whose conversion saturates (PTX ``cvt.rn.satfinite``).
_FLOAT8_LARGEST = {"fp8e5": 57344.0, "fp8e4nv": 448.0}


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


@cache
def _float8_table(name: str) -> np.ndarray:
    codes = torch.from_numpy(np.arange(256, dtype=np.uint8))
    return codes.view(_FLOAT8[name]).to(torch.float32).numpy()


def can_decode_float8(name: str) -> bool:
    """Whether ``decode_float8`` knows Triton's 8-bit format of this name."""
    return name in _FLOAT8


def can_encode_float8(name: str) -> bool:
    """Whether ``encode_float8`` knows Triton's 8-bit format of this name."""
    return name in _FLOAT8_LARGEST


def decode_float8(data: np.ndarray, name: str) -> np.ndarray:
    """uint8 encodings to exact float32 values."""
    return _float8_table(name)[data]


def encode_float8(data: np.ndarray, name: str) -> np.ndarray:
    """float32 values to uint8 encodings.

    Nearest even, finite values and infinities saturate, NaN stays.
    """
    largest = _FLOAT8_LARGEST[name]
    values = torch.from_numpy(
        np.clip(np.ascontiguousarray(data, dtype=np.float32), -largest, largest)
    )
    return values.to(_FLOAT8[name]).view(torch.uint8).numpy()
