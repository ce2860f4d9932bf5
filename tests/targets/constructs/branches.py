"""Branches, and what they set and return."""

import triton
import triton.language as tl


@triton.jit
def set_in_one_branch(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    if n > 0:
        factor = 2.0
    tl.store(y + o, tl.load(x + o) * factor)


@triton.jit
def set_in_both(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    if n > 0:
        factor = 2.0
    else:
        factor = 3.0
    tl.store(y + o, tl.load(x + o) * factor)


@triton.jit
def other_type_in_a_branch(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    if n > 0:
        factor = 2.0
    else:
        factor = 2
    tl.store(y + o, tl.load(x + o) * factor)


@triton.jit
def other_shape_in_a_branch(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    value = tl.load(x + o)
    if n > 0:
        value = value * 2
    else:
        value = 1.0
    tl.store(y + o, value)


@triton.jit
def constant_branch(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    if BLOCK > 4:
        factor = 2.0
    tl.store(y + o, tl.load(x + o) * factor)


@triton.jit
def block_as_condition(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    if tl.load(x + o) > -1000.0:
        tl.store(y + o, tl.load(x + o) * 2)


@triton.jit
def early_return(x, y, n, BLOCK: tl.constexpr):
    if n > 1000:
        return
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) * 2)


@triton.jit
def ternary(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    factor = 2.0 if n > 0 else 3.0
    tl.store(y + o, tl.load(x + o) * factor)


@triton.jit
def ternary_of_two_types(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    factor = 2.0 if n > 0 else o
    tl.store(y + o, tl.load(x + o) * factor)


@triton.jit
def chained_comparison(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    if 0 < n < 10:
        tl.store(y + o, tl.load(x + o) * 2)


@triton.jit
def and_of_scalars(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    if n > 0 and n < 10:
        tl.store(y + o, tl.load(x + o) * 2)


@triton.jit
def is_none(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    if n is not None:
        tl.store(y + o, tl.load(x + o) * 2)


@triton.jit
def is_a_value(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    if n is not y:
        tl.store(y + o, tl.load(x + o) * 2)


@triton.jit
def contained(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    if n in (1, 3):
        tl.store(y + o, tl.load(x + o) * 2)
