"""What names are bound to, and subscripts."""

from __future__ import annotations

from typing import Any

import triton.language as tl

from conformance.lockstep.language.constants import plain
from conformance.lockstep.language.recipes import applied
from conformance.lockstep.operations.semantic import SEMANTIC
from conformance.lockstep.values.tensor import Tensor
from conformance.triton_internals import unwrap

_NUMBERS = (bool, int, float)


def _number(value: Any, _semantic: Any) -> Any:
    return _semantic.to_tensor(value)


def assigned(value: Any) -> Any:
    """What a name is bound to: numbers become tensors, as in compiled code."""
    if type(value) is Tensor:
        return value
    if type(value) in _NUMBERS:
        return applied(_number, value)
    return SEMANTIC.to_tensor(value, False)


def unpacked(value: Any) -> Any:
    """What a tuple of names is bound to."""
    return tuple(
        unpacked(each) if isinstance(each, tuple) else assigned(each) for each in plain(value)
    )


def subscript(value: Any, index: Any) -> Any:
    """``value[index]``"""
    if isinstance(value, tl.tensor):
        index = list(index) if isinstance(index, tuple) else index
        return applied(tl.tensor.__getitem__, value, index)
    if isinstance(index, tl.tensor):
        index = index.__index__()
    return plain(value)[unwrap(index)]


def slice_of(*bounds: Any) -> slice:
    """``bounds[0]:bounds[1]:bounds[2]``"""
    return slice(*[plain(bound) for bound in bounds])
