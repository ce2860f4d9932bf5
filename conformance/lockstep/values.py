"""Values of a lockstep run: arrays with a leading program axis, and the tensors that wrap them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .bfloat16 import from_bfloat16_bits, to_bfloat16_bits
from .divergence import agreed
from .triton_api import tl

#: How values are kept in memory of this process, by the name of Triton's scalar type.
NUMPY_TYPES = {
    "int1": np.dtype(bool),
    "int8": np.dtype(np.int8),
    "uint8": np.dtype(np.uint8),
    "int16": np.dtype(np.int16),
    "uint16": np.dtype(np.uint16),
    "int32": np.dtype(np.int32),
    "uint32": np.dtype(np.uint32),
    "int64": np.dtype(np.int64),
    "uint64": np.dtype(np.uint64),
    "fp16": np.dtype(np.float16),
    "bf16": np.dtype(np.float32),
    "fp32": np.dtype(np.float32),
    "fp64": np.dtype(np.float64),
    "fp8e5": np.dtype(np.uint8),
    "fp8e5b16": np.dtype(np.uint8),
    "fp8e4nv": np.dtype(np.uint8),
    "fp8e4b8": np.dtype(np.uint8),
    "fp8e4b15": np.dtype(np.uint8),
}
_POINTER = np.dtype(np.uint64)


def numpy_type(dtype: tl.dtype) -> np.dtype:
    """The array type that holds values of a Triton scalar or block type."""
    scalar = dtype.scalar
    return _POINTER if isinstance(scalar, tl.pointer_type) else NUMPY_TYPES[scalar.name]


def item_bytes(dtype: tl.dtype) -> int:
    """Bytes that one element takes in memory; a pointer takes 8, an int1 takes 1."""
    return 8 if isinstance(dtype, tl.pointer_type) else max(1, dtype.primitive_bitwidth // 8)


def to_bits(data: np.ndarray, dtype: tl.dtype) -> np.ndarray:
    """Values as unsigned integers of the size they have in memory."""
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


class Handle:
    """What stands in for an IR value.

    ``data`` has shape ``(programs or 1, *block shape)``; ``origin`` is the region (see ``regions``)
    that a pointer was derived from, or None where that is unknown.
    """

    __slots__ = ("data", "dtype", "origin")

    def __init__(self, data: np.ndarray, dtype: tl.dtype, origin: Any = None):
        self.data, self.dtype, self.origin = data, dtype, origin


_shapes: dict[tuple[int, ...], tuple[Any, Any]] = {}


class Tensor(tl.tensor):
    """``tl.tensor`` whose handle is a ``Handle``; scalars and one-element blocks convert to Python
    numbers.

    Conversion raises ``Divergence`` if programs disagree. As in Triton, every tensor is true as an
    object (its library relies on that); conditions of kernels go through ``operators.truth``.
    """

    handle: Any

    def __init__(self, handle: Handle, type: tl.dtype):
        shape = tuple(type.shape) if type.is_block() else ()
        cached = _shapes.get(shape)
        if cached is None:
            template = tl.tensor(None, type)
            cached = _shapes.setdefault(shape, (template.shape, template.numel))
        self.shape, self.numel = cached
        self.type = type
        self.dtype = scalar = type.scalar
        if not isinstance(handle, Handle):  # what a store returns: nothing
            self.handle = handle
            return
        data = handle.data
        expected = numpy_type(scalar)
        if data.dtype != expected:
            # Triton's IR types have no sign: the builder returns bits, the language knows their
            # type.
            same_bits = (
                data.dtype.kind in "iu"
                and expected.kind in "iu"
                and data.itemsize == expected.itemsize
            )
            data = data.view(expected) if same_bits else data.astype(expected)
            handle = Handle(data, scalar, handle.origin)
        elif handle.dtype is not scalar:
            handle = Handle(data, scalar, handle.origin)
        self.handle = handle

    def __index__(self) -> int:
        return int(agreed(self.handle.data))

    __int__ = __index__

    def __float__(self) -> float:
        return float(agreed(self.handle.data))

    @property
    def T(self) -> Tensor:
        """The last two axes exchanged."""
        data = np.swapaxes(self.handle.data, -1, -2)
        shape = list(self.type.shape)
        shape[-1], shape[-2] = shape[-2], shape[-1]
        return Tensor(
            Handle(data, self.dtype, self.handle.origin), tl.block_type(self.dtype, shape)
        )

    __hash__ = object.__hash__


def make_tensor(data: np.ndarray, dtype: tl.dtype) -> Tensor:
    """A tensor of scalar type ``dtype`` from an array with a leading program axis."""
    shape = list(data.shape[1:])
    return Tensor(Handle(data, dtype), tl.block_type(dtype, shape) if shape else dtype)


def ours(value: Any) -> Any:
    """A ``Tensor`` for each plain ``tl.tensor`` that parts of Triton's library make themselves."""
    return Tensor(value.handle, value.type) if type(value) is tl.tensor else value
