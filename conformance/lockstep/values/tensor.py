"""Tensors as kernels see them."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

import numpy as np
import triton.language as tl

from conformance.lockstep.machine import MACHINE
from conformance.lockstep.values.divergence import agreed
from conformance.lockstep.values.handle import Handle
from conformance.lockstep.values.interned import InternedType, interned, interned_block
from conformance.lockstep.values.readable import readable, values_of


class Tensor(tl.tensor):
    """``tl.tensor`` whose handle is a ``Handle``; scalars and one-element blocks convert to Python
    numbers.

    A store returns one of type void, whose handle is None. Conversion raises ``Divergence`` if
    programs disagree. As in Triton, every tensor is true as an object (its library relies on that);
    conditions of kernels go through ``conformance.lockstep.language.conditions.truth``.
    """

    handle: Any

    def __init__(self, handle: Handle | None, type: tl.dtype):
        self.interned = known = interned(type)
        self.handle = handle.typed(known) if isinstance(handle, Handle) else handle

    @classmethod
    def of(cls, handle: Handle | None, known: InternedType) -> Tensor:
        """The same as ``Tensor(handle, known.type)``, without looking the type up."""
        self = cls.__new__(cls)
        self.interned = known
        if handle is None or (handle.dtype is known.scalar and handle.data.dtype is known.array):
            self.handle = handle
        else:
            self.handle = handle.typed(known)
        return self

    shape = property(attrgetter("interned.shape"))
    numel = property(attrgetter("interned.numel"))
    type = property(attrgetter("interned.type"))
    dtype = property(attrgetter("interned.scalar"))

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
        known = interned_block(self.dtype, tuple(shape))
        return Tensor.of(Handle(data, self.dtype, self.handle.origin), known)

    def __repr__(self) -> str:
        """The numbers of the first program that runs, see ``values.readable``."""
        if type(self.handle) is not Handle or MACHINE.memory is None:
            return f"<{self.type}>"
        return readable(self.handle)

    __str__ = __repr__

    def in_program(self, x: int = 0, y: int = 0, z: int = 0) -> np.ndarray:
        """The numbers that one program of the launch holds, for a debugger; undefined ones are
        masked. Raises ``ValueError`` for a program that does not run at present."""
        return values_of(self.handle, MACHINE.linear(x, y, z))

    __hash__ = object.__hash__


class BlockPointerTensor(Tensor):
    """A block pointer of Triton 3.6 and 3.7, which the language takes for a tensor.

    A class of its own, since it is no array: what is decided for calls is not recorded.
    """


def make_tensor(data: np.ndarray, dtype: tl.dtype) -> Tensor:
    """A tensor of scalar type ``dtype`` from an array with a leading program axis."""
    return Tensor.of(Handle(data, dtype), interned_block(dtype, data.shape[1:]))


def ours(value: Any) -> Any:
    """A ``Tensor`` for each plain ``tl.tensor`` that parts of Triton's library make themselves."""
    return Tensor(value.handle, value.type) if type(value) is tl.tensor else value
