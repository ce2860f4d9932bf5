"""Values of a lockstep run: arrays with a leading program axis, and the tensors that wrap them."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

import numpy as np

from conformance.lockstep.values.bfloat16 import from_bfloat16_bits, to_bfloat16_bits
from conformance.lockstep.values.divergence import agreed
from conformance.lockstep.values.types import NUMPY_TYPES, Kind, kind_of, kind_with
from conformance.triton_internals import tl


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

    def typed(self, kind: Kind) -> Handle:
        """The same value as one of ``kind``."""
        data, expected = self.data, kind.array
        if data.dtype is not expected and data.dtype != expected:
            # Triton's IR types have no sign: the builder returns bits, the language knows their
            # type.
            same_bits = (
                data.dtype.kind in "iu"
                and expected.kind in "iu"
                and data.itemsize == expected.itemsize
            )
            data = data.view(expected) if same_bits else data.astype(expected)
        elif self.dtype is kind.scalar:
            return self
        return Handle(data, kind.scalar, self.origin)


class Tensor(tl.tensor):
    """``tl.tensor`` whose handle is a ``Handle``; scalars and one-element blocks convert to Python
    numbers.

    A store returns one of type void, whose handle is None. Conversion raises ``Divergence`` if
    programs disagree. As in Triton, every tensor is true as an object (its library relies on that);
    conditions of kernels go through ``operators.truth``.
    """

    handle: Any

    def __init__(self, handle: Handle | None, type: tl.dtype):
        self.kind = kind = kind_of(type)
        self.handle = handle.typed(kind) if isinstance(handle, Handle) else handle

    @classmethod
    def of_kind(cls, handle: Handle | None, kind: Kind) -> Tensor:
        """The same as ``Tensor(handle, kind.type)``."""
        self = cls.__new__(cls)
        self.kind = kind
        self.handle = None if handle is None else handle.typed(kind)
        return self

    shape = property(attrgetter("kind.shape"))
    numel = property(attrgetter("kind.numel"))
    type = property(attrgetter("kind.type"))
    dtype = property(attrgetter("kind.scalar"))

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
        kind = kind_with(self.dtype, tuple(shape))
        return Tensor.of_kind(Handle(data, self.dtype, self.handle.origin), kind)

    __hash__ = object.__hash__


def make_tensor(data: np.ndarray, dtype: tl.dtype) -> Tensor:
    """A tensor of scalar type ``dtype`` from an array with a leading program axis."""
    return Tensor.of_kind(Handle(data, dtype), kind_with(dtype, data.shape[1:]))


def ours(value: Any) -> Any:
    """A ``Tensor`` for each plain ``tl.tensor`` that parts of Triton's library make themselves."""
    return Tensor(value.handle, value.type) if type(value) is tl.tensor else value
