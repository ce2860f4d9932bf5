"""Tensors inside a kernel."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import torch

from conformance.vendors.rebel.values.dtypes import DType, dtype_of
from conformance.vendors.rebel.watching.running import unsupported


class Tensor:
    """A value that a kernel computes with; arithmetic is torch's."""

    __hash__ = None  # type: ignore[assignment]  # == compares elements

    def __init__(self, data: torch.Tensor):
        self.data = data

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.data.shape)

    @property
    def dtype(self) -> DType:
        return dtype_of(self.data)

    def to(self, dtype: DType) -> Tensor:
        """The same values as ``dtype``."""
        return Tensor(self.data.to(dtype.torch))

    cast = to

    def __neg__(self) -> Tensor:
        return Tensor(-self.data)

    def __invert__(self) -> Tensor:
        return Tensor(~self.data)

    def __bool__(self) -> bool:
        raise unsupported("a branch on the value of a tensor")

    def __repr__(self) -> str:
        return f"Tensor{list(self.shape)}<{self.dtype}>"


def _operation(function: Callable[[Any, Any], Any], swapped: bool) -> Callable[[Any, Any], Any]:
    def operate(self: Tensor, other: Any) -> Any:
        if not isinstance(other, Tensor | int | float):
            return NotImplemented
        mine, theirs = self.data, raw(other)
        return Tensor(function(theirs, mine) if swapped else function(mine, theirs))

    return operate


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "and_", "or_", "xor"):
    _word = _name.rstrip("_")
    setattr(Tensor, f"__{_word}__", _operation(getattr(operator, _name), swapped=False))
    setattr(Tensor, f"__r{_word}__", _operation(getattr(operator, _name), swapped=True))
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Tensor, f"__{_name}__", _operation(getattr(operator, _name), swapped=False))


def raw(value: Any) -> Any:
    """The torch tensor of a :class:`Tensor`, a number as it is. Raises TypeError for the rest."""
    if isinstance(value, Tensor):
        return value.data
    if isinstance(value, int | float):
        return value
    raise TypeError(f"want a tensor or a number, got {type(value).__name__}")


def data_of(value: Any, what: str) -> torch.Tensor:
    """The torch tensor of a :class:`Tensor`. Raises TypeError naming ``what`` for the rest."""
    if not isinstance(value, Tensor):
        raise TypeError(f"{what}: want a tensor, got {type(value).__name__}")
    return value.data
