"""Triton's types, one object for each.

Triton makes a type anew for each value; comparing, hashing and printing them costs more than the
arithmetic of a small block.
"""

from __future__ import annotations

from typing import Any

import triton.language as tl

from conformance.lockstep.values.numpy_types import numpy_type


class InternedType:
    """A Triton type with all that is asked of it often, one object for equal types.

    So they are compared by identity. ``type`` is Triton's object, ``scalar`` its element type,
    ``array`` the numpy type that holds the elements; ``shape`` and ``numel`` are as tensors of
    Triton have them.
    """

    __slots__ = ("array", "numel", "scalar", "shape", "type")

    def __init__(self, type_: tl.dtype):
        template = tl.tensor(None, type_)
        self.type, self.scalar = type_, type_.scalar
        self.shape, self.numel = template.shape, template.numel
        self.array = numpy_type(self.scalar)


#: By identity of Triton's type, which the interned one keeps alive.
_by_type: dict[int, InternedType] = {}
#: By what makes two types equal.
_by_parts: dict[tuple, InternedType] = {}
#: By identity of the element type, and shape.
_blocks: dict[tuple[int, tuple[int, ...]], InternedType] = {}


def _scalar_parts(scalar: tl.dtype) -> Any:
    if isinstance(scalar, tl.pointer_type):
        return _scalar_parts(scalar.element_ty), scalar.address_space, scalar.const
    return scalar.name


def interned(type_: tl.dtype) -> InternedType:
    """The one object for a scalar or block type."""
    known = _by_type.get(id(type_))
    if known is None:
        shape = tuple(type_.shape) if type_.is_block() else ()
        parts = (_scalar_parts(type_.scalar), shape)
        known = _by_parts.get(parts)
        if known is None:
            known = _by_parts[parts] = InternedType(type_)
            _by_type[id(type_)] = known
    return known


def interned_block(scalar: tl.dtype, shape: tuple[int, ...]) -> InternedType:
    """The one object for blocks of ``shape``, or for the scalar type if that is ``()``."""
    scalar = interned(scalar).type
    known = _blocks.get((id(scalar), shape))
    if known is None:
        type_ = tl.block_type(scalar, list(shape)) if shape else scalar
        known = _blocks[id(scalar), shape] = interned(type_)
    return known
