"""`rebel.triton.language`: the operations that its documentation lists as supported."""

from __future__ import annotations

from conformance.vendors.rebel.language.arithmetic import (
    abs,
    ceil,
    cos,
    dot,
    erf,
    exp,
    exp2,
    fdiv,
    floor,
    log,
    log2,
    max,
    maximum,
    min,
    minimum,
    rsqrt,
    sigmoid,
    sin,
    sqrt,
    sum,
    where,
)
from conformance.vendors.rebel.language.compile_time import constexpr, static_assert, static_print
from conformance.vendors.rebel.language.shapes import (
    broadcast,
    broadcast_to,
    expand_dims,
    permute,
    reshape,
    trans,
    zeros,
)
from conformance.vendors.rebel.language.transfer import load, store
from conformance.vendors.rebel.memory.block_pointers import advance, make_block_ptr
from conformance.vendors.rebel.values.dtypes import (
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
from conformance.vendors.rebel.values.tensor import Tensor

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
