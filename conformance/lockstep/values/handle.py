"""What stands in for a value of Triton's IR."""

from __future__ import annotations

from typing import Any

import numpy as np
import triton.language as tl

from conformance.lockstep.values.bfloat16 import from_bfloat16_bits, to_bfloat16_bits
from conformance.lockstep.values.interned import InternedType
from conformance.lockstep.values.numpy_types import NUMPY_TYPES


class Handle:
    """An array ``data`` of shape ``(programs or 1, *block shape)`` and its Triton type ``dtype``.

    ``origin`` is the region (see ``conformance.lockstep.memory.regions``) that a pointer was
    derived from, or one for each program (see ``origin`` there), or None where that is unknown.
    ``masked`` is the mask of the load that it comes from, for readers: false lanes are undefined.
    """

    __slots__ = ("data", "dtype", "masked", "origin")

    def __init__(self, data: np.ndarray, dtype: tl.dtype, origin: Any = None, masked: Any = None):
        self.data, self.dtype, self.origin, self.masked = data, dtype, origin, masked

    def typed(self, wanted: InternedType) -> Handle:
        """The same value as one of type ``wanted``."""
        data, expected = self.data, wanted.array
        if data.dtype is not expected and data.dtype != expected:
            # Triton's IR types have no sign: the builder returns bits, the language knows their
            # type.
            same_bits = (
                data.dtype.kind in "iu"
                and expected.kind in "iu"
                and data.itemsize == expected.itemsize
            )
            data = data.view(expected) if same_bits else data.astype(expected)
        elif self.dtype is wanted.scalar:
            return self
        return Handle(data, wanted.scalar, self.origin, self.masked)


def to_bits(data: np.ndarray, dtype: tl.dtype) -> np.ndarray:
    """Values as unsigned integers of the size that they have in memory."""
    if dtype.name == "bf16":
        return to_bfloat16_bits(data)
    return np.ascontiguousarray(data).view(f"u{data.itemsize}")


def from_bits(bits: np.ndarray, dtype: tl.dtype) -> np.ndarray:
    """The inverse of ``to_bits``."""
    if isinstance(dtype, tl.pointer_type):
        return bits
    if dtype.name == "bf16":
        return from_bfloat16_bits(bits)
    if dtype.name == "int1":
        return bits != 0
    return bits.view(NUMPY_TYPES[dtype.name])
