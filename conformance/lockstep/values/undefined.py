"""Values that Triton leaves undefined: lanes that a mask excludes from a load or an atomic."""

from __future__ import annotations

import numpy as np
import triton.language as tl

from conformance.lockstep.values.handle import from_bits
from conformance.lockstep.values.numpy_types import item_bytes

#: What undefined pointers are made of: wherever they are moved to, no process has memory there.
_POINTER = 0x7B
#: What undefined integers are made of where floats are negative: nearly the least of each type.
_NEGATIVE_INTEGER = 0x84


def undefined_bits(size: int, poison: int) -> int:
    """The bits of an undefined element of ``size`` bytes, all of them ``poison``."""
    return int.from_bytes(bytes([poison]) * size, "little")


def undefined_value(element: tl.dtype, poison: int) -> np.ndarray:
    """An undefined value of scalar type ``element`` as an array of one element."""
    size = item_bytes(element)
    if isinstance(element, tl.pointer_type):
        poison = _POINTER
    elif element.is_int() and 0x80 <= poison < 0xFF:
        poison = _NEGATIVE_INTEGER
    return from_bits(np.full(1, undefined_bits(size, poison), f"u{size}"), element)
