"""Numbers as tensors hold them, worked out from their bits: no dtype conversion of torch's."""

import math
import struct

import numpy as np
import torch

_MANTISSA = {"float32": 24, "bfloat16": 8, "float16": 11}
_SMALLEST = {"float32": 2.0**-149, "bfloat16": 2.0**-133, "float16": 2.0**-24}
_LARGEST = {
    "float32": (2 - 2.0**-23) * 2.0**127,
    "bfloat16": (2 - 2.0**-7) * 2.0**127,
    "float16": 65504.0,
}


def rounded(number: float, dtype: torch.dtype) -> float:
    """``number`` as ``dtype`` holds it: to nearest, ties to even, infinite beyond the range."""
    name = str(dtype).removeprefix("torch.")
    if number == 0 or not math.isfinite(number):
        return number
    _, exponent = math.frexp(number)
    step = max(math.ldexp(1.0, exponent - _MANTISSA[name]), _SMALLEST[name])
    # Python rounds halves to even, and a division by a power of two is exact.
    near = math.copysign(round(abs(number) / step) * step, number)
    return near if abs(near) <= _LARGEST[name] else math.copysign(math.inf, number)


def bits(number: float, dtype: torch.dtype) -> int:
    """The signed integer whose bits are those of a number that ``dtype`` holds."""
    if dtype is torch.float16:
        return int(np.array(number, dtype=np.float16).view(np.int16))
    (wide,) = struct.unpack("<i", struct.pack("<f", number))
    return wide >> 16 if dtype is torch.bfloat16 else wide
