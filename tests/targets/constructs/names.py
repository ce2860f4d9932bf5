"""Names: globals, closures, attributes, functions."""

import math

import triton
import triton.language as tl

FACTOR = 2.0
CONSTANT = tl.constexpr(2.0)
LIST = [2.0]


@triton.jit
def plain_global(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) * FACTOR)


@triton.jit
def constexpr_global(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) * CONSTANT)


@triton.jit
def list_global(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) * LIST[0])


@triton.jit
def python_module(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) * math.sqrt(4.0))


@triton.jit
def builtin_min(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) * 2 + 0 * min(n, 2))


@triton.jit
def builtin_abs(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) * 2 + 0 * abs(n))


@triton.jit
def builtin_sum(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) * sum((1.0, 1.0)))


@triton.jit
def builtin_float(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) * float(n) * 2 / n)


@triton.jit
def builtin_len(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) * len((1, 2)))


@triton.jit
def _double(value):
    return value * 2


@triton.jit
def _two_returns(value, n):
    if n > 0:
        return value * 2
    return value


@triton.jit
def _returns_two_types(value, n):
    if n > 0:
        return value * 2
    return 0


@triton.jit
def call(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, _double(tl.load(x + o)))


@triton.jit
def call_of_two_returns(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, _two_returns(tl.load(x + o), n))


@triton.jit
def call_that_returns_two_types(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, _returns_two_types(tl.load(x + o), n))


def _plain_python(value):
    return value * 2


@triton.jit
def plain_function(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, _plain_python(tl.load(x + o)))


@triton.jit
def method_of_an_int(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) * 2 + 0 * n.to(tl.float32))


@triton.jit
def unknown_attribute(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o).double_it)


@triton.jit
def shape_of_a_block(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) * 2 + 0 * o.shape[0])
