"""Multiplication and addition with one rounding, which numpy lacks."""

from __future__ import annotations

import ctypes

import numpy as np


def fused_multiply_add(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    """``x * y + z``, rounded once, in the type of ``z`` (float32, float64 or narrower)."""
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
