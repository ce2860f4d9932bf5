"""8-bit floats, which numpy lacks: arrays of encodings, converted by torch."""

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
