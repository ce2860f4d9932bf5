"""Values of some programs of a chunk: taken out of those of all, and put together again."""

from __future__ import annotations

from typing import Any

import numpy as np
import triton.language as tl

from conformance.lockstep.values.divergence import Apart
from conformance.lockstep.values.handle import Handle
from conformance.lockstep.values.layout import of_programs, put_together
from conformance.lockstep.values.tensor import Tensor
from conformance.triton_internals import base_value

#: A piece of a value: places of programs among all, and what these programs hold.
Piece = tuple[np.ndarray, Any]


class Different(Exception):
    """What programs hold cannot be one value."""


def part(value: Any, places: np.ndarray) -> Any:
    """What the programs at ``places`` hold of a value of all programs of the chunk.

    Raises ``Apart`` for values that cannot be taken to pieces.
    """
    if type(value) is Tensor:
        handle = value.handle
        if handle is None:
            return value
        if type(handle) is Handle:
            if len(handle.data) == 1:
                return value
            rows, origin = of_programs(handle.data, places), handle.origin
            if hasattr(origin, "of_programs"):
                origin = origin.of_programs(places)
            return Tensor.of(Handle(rows, handle.dtype, origin), value.interned)
    elif type(value) is tuple:
        return tuple(part(each, places) for each in value)
    elif isinstance(value, tuple):
        return type(value)(*[part(each, places) for each in value])
    elif isinstance(value, tl.tuple):
        return tl.tuple([part(each, places) for each in value.values], value.type)
    elif isinstance(value, tl.constexpr | tl.dtype) or not isinstance(value, base_value):
        return value
    arrays = getattr(getattr(value, "handle", None), "arrays", None)
    if arrays is not None and all(len(each) == 1 for each in arrays):
        return value
    raise Apart


def joined(pieces: list[Piece], programs: int) -> Any:
    """The value of all ``programs`` of the chunk.

    Raises ``Different`` where pieces differ in type, region or layout.
    """
    first = pieces[0][1]
    if all(value is first for _, value in pieces):
        return first
    if any(type(value) is not type(first) for _, value in pieces):
        raise Different
    if type(first) is Tensor:
        return _joined_tensors(pieces, programs)
    if isinstance(first, tuple):
        if any(len(value) != len(first) for _, value in pieces):
            raise Different
        parts = [
            joined([(places, value[index]) for places, value in pieces], programs)
            for index in range(len(first))
        ]
        return tuple(parts) if type(first) is tuple else type(first)(*parts)
    if isinstance(first, tl.constexpr):
        joined([(places, value.value) for places, value in pieces], programs)
        return first
    if type(first) in (bool, int, str) and all(value == first for _, value in pieces):
        return first
    raise Different


def _joined_tensors(pieces: list[Piece], programs: int) -> Tensor:
    first = pieces[0][1]
    handle = first.handle
    for _, value in pieces:
        other = value.handle
        if (
            value.interned is not first.interned
            or type(other) is not Handle
            or other.origin is not handle.origin
            or other.data.dtype != handle.data.dtype
            or other.data.shape[1:] != handle.data.shape[1:]
        ):
            raise Different
    data = put_together([(places, value.handle.data) for places, value in pieces], programs)
    if data is None:
        raise Different
    return Tensor.of(Handle(data, handle.dtype, handle.origin), first.interned)
