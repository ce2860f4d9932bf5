"""`rebel.triton.language`: the operations that its documentation lists as supported.

Torch computes them; NaN propagates through `max`, `min`, `maximum` and `minimum` (C: what the NPU
does is unknown). Everything here is A unless marked otherwise.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from typing import Any

import torch

from conformance.vendors.rebel.memory.access import read, write
from conformance.vendors.rebel.memory.block_pointers import advance, block_pointer, make_block_ptr
from conformance.vendors.rebel.values.dtypes import (
    DType,
    bfloat16,
    float16,
    float32,
    float64,
    int1,
    int8,
    int16,
    int32,
    int64,
)
from conformance.vendors.rebel.values.tensor import Tensor, data_of, raw
from conformance.vendors.rebel.watching.running import unsupported

__all__ = [  # noqa: RUF022  the order of the documentation
    "tensor", "zeros", "broadcast", "broadcast_to", "expand_dims", "permute", "reshape", "trans",
    "dot", "load", "store", "make_block_ptr", "advance", "where", "abs", "ceil", "cos", "erf",
    "exp", "exp2", "fdiv", "floor", "log", "log2", "maximum", "minimum", "rsqrt", "sigmoid", "sin",
    "sqrt", "max", "min", "sum", "static_range", "static_print", "static_assert",
    "constexpr", "int1", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32",
    "float64",
]  # fmt: skip

tensor = Tensor
static_range = range


class constexpr:
    """Marks parameters and names that are constants; arrives in kernels as the plain value."""

    def __init__(self, value: Any):
        self.value = value


class StaticAssertionFailed(AssertionError):
    """A `static_assert` of a kernel does not hold: the kernel cannot be compiled for this call."""


def static_assert(condition: Any, message: str = "") -> None:
    """Raise :class:`StaticAssertionFailed` unless ``condition``."""
    if not condition:
        raise StaticAssertionFailed(f"static_assert failed{': ' if message else ''}{message}")


def static_print(*values: Any, **keywords: Any) -> None:
    """Print while compiling."""
    print(*values, **keywords)


def load(pointer: Any, *options: Any, **keywords: Any) -> Tensor:
    """The elements of a block pointer."""
    if options or keywords:
        raise unsupported("options of load (masks, boundary checks)")
    block = block_pointer(pointer, "load")
    return Tensor(read(block, block.block_shape))


def store(pointer: Any, value: Any, *options: Any, **keywords: Any) -> None:
    """Store a block, converted to the element type of the tensor.

    Raises ValueError if the shapes differ.
    """
    if options or keywords:
        raise unsupported("options of store (masks, boundary checks)")
    block, data = block_pointer(pointer, "store"), data_of(value, "store")
    if tuple(data.shape) != block.block_shape:
        raise ValueError(f"store: value {tuple(data.shape)} for a block {block.block_shape}")
    write(block, block.block_shape, data)


def zeros(shape: Sequence[int], dtype: DType) -> Tensor:
    """A tensor of zeros."""
    return Tensor(torch.zeros(tuple(shape), dtype=dtype.torch))


def _shape(shape: tuple[Any, ...]) -> tuple[int, ...]:
    return tuple(shape[0]) if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape


def reshape(value: Tensor, *shape: Any) -> Tensor:
    """The elements in row-major order, in another shape."""
    return Tensor(data_of(value, "reshape").reshape(_shape(shape)))


def broadcast_to(value: Tensor, *shape: Any) -> Tensor:
    """Axes of length 1 repeated."""
    return Tensor(data_of(value, "broadcast_to").expand(_shape(shape)))


def broadcast(one: Tensor, other: Tensor) -> tuple[Tensor, Tensor]:
    """Both tensors in the shape that they have together."""
    first, second = torch.broadcast_tensors(data_of(one, "broadcast"), data_of(other, "broadcast"))
    return Tensor(first), Tensor(second)


def expand_dims(value: Tensor, axis: int) -> Tensor:
    """An axis of length 1 before ``axis``."""
    return Tensor(data_of(value, "expand_dims").unsqueeze(axis))


def permute(value: Tensor, *axes: Any) -> Tensor:
    """The axes in another order."""
    return Tensor(data_of(value, "permute").permute(_shape(axes)))


def trans(value: Tensor, *axes: Any) -> Tensor:
    """The axes in another order; without ``axes`` the last two are swapped."""
    return permute(value, *axes) if axes else Tensor(data_of(value, "trans").transpose(-1, -2))


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
