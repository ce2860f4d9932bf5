"""Types of PTX, and what registers hold as values of them."""

import numpy as np

SIGNED = {16: np.int16, 32: np.int32, 64: np.int64}
UNSIGNED = {16: np.uint16, 32: np.uint32, 64: np.uint64}
FLOATS = {16: np.float16, 32: np.float32}


def width_of(kind: str) -> int:
    """Bits of a type such as ``b32``, ``s64`` or ``bf16``."""
    return int(kind.lstrip("usbf"))


def values_of(bits: np.ndarray, kind: str) -> np.ndarray:
    """Bits, or truths for predicates, as values of a type."""
    if kind == "pred":
        return bits if bits.dtype == bool else bits != 0
    width = width_of(kind)
    whole = bits.astype(UNSIGNED[width])
    if kind == "bf16":
        return (whole.astype(np.uint32) << 16).view(np.float32)
    if kind.startswith("f"):
        return whole.view(FLOATS[width])
    return whole.view(SIGNED[width]) if kind.startswith("s") else whole


def bits_of(values: np.ndarray, kind: str) -> np.ndarray:
    """The other way round. Of bfloat16 only what it can hold: nothing is rounded."""
    if kind == "bf16":
        return (values.view(np.uint32) >> 16).astype(np.uint16)
    return values if values.dtype == bool else values.view(UNSIGNED[values.itemsize * 8])
