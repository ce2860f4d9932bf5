"""Arithmetic, computed by torch. Everything here is A unless marked otherwise.

NaN propagates through `max`, `min`, `maximum` and `minimum` (C: what the NPU does is unknown).
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import torch

from conformance.vendors.rebel.values.tensor import Tensor, data_of, raw


def dot(one: Tensor, other: Tensor, acc: Tensor | None = None) -> Tensor:
    """Products of the last two axes, in fp32; leading axes must agree. A, ranks above 3 B.

    Raises ValueError if the shapes do not fit.
    """
    first, second = data_of(one, "dot"), data_of(other, "dot")
    if first.shape[:-2] != second.shape[:-2] or first.shape[-1] != second.shape[-2]:
        raise ValueError(f"dot: shapes {tuple(first.shape)} and {tuple(second.shape)} do not fit")
    product = torch.matmul(first.float(), second.float())
    return Tensor(product if acc is None else product + data_of(acc, "dot"))


def where(condition: Tensor, one: Any, other: Any) -> Tensor:
    """Element-wise: ``one`` where ``condition`` holds, else ``other``."""
    return Tensor(torch.where(data_of(condition, "where") != 0, raw(one), raw(other)))


def fdiv(one: Any, other: Any) -> Tensor:
    """Division of floats."""
    return Tensor(torch.as_tensor(raw(one)) / raw(other))


def maximum(one: Any, other: Any) -> Tensor:
    """Element-wise larger of two."""
    return Tensor(torch.maximum(torch.as_tensor(raw(one)), torch.as_tensor(raw(other))))


def minimum(one: Any, other: Any) -> Tensor:
    """Element-wise smaller of two."""
    return Tensor(torch.minimum(torch.as_tensor(raw(one)), torch.as_tensor(raw(other))))


def _each(function: Callable[[torch.Tensor], torch.Tensor]) -> Callable[[Tensor], Tensor]:
    def apply(value: Tensor) -> Tensor:
        return Tensor(function(data_of(value, apply.__name__)))

    apply.__name__ = function.__name__
    apply.__doc__ = f"`{function.__name__}` of every element."
    return apply


abs = _each(torch.abs)
ceil = _each(torch.ceil)
cos = _each(torch.cos)
erf = _each(torch.erf)
exp = _each(torch.exp)
exp2 = _each(torch.exp2)
floor = _each(torch.floor)
log = _each(torch.log)
log2 = _each(torch.log2)
rsqrt = _each(torch.rsqrt)
sigmoid = _each(torch.sigmoid)
sin = _each(torch.sin)
sqrt = _each(torch.sqrt)


def _along(function: Callable[..., torch.Tensor]) -> Callable[..., Tensor]:
    def reduce(value: Tensor, axis: int | None = None, keep_dims: bool = False) -> Tensor:
        data = data_of(value, reduce.__name__)
        axes = tuple(builtins.range(data.dim())) if axis is None else (axis,)
        return Tensor(function(data, axes, keepdim=keep_dims))

    reduce.__name__ = function.__name__.removeprefix("a")
    reduce.__doc__ = f"`{reduce.__name__}` along an axis, or of all elements."
    return reduce


max = _along(torch.amax)
min = _along(torch.amin)
sum = _along(torch.sum)
