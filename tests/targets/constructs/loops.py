"""Loops, and what they carry."""

import triton
import triton.language as tl


@triton.jit
def carried_type(x, y, n, BLOCK: tl.constexpr):
    total = 0
    for _ in range(n):
        total += 2.0
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) * (total / n))


@triton.jit
def carried_shape(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    total = 0.0
    for _ in range(n):
        total = total + tl.load(x + o)
    tl.store(y + o, total * 2 / n)


@triton.jit
def carried_block(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK,), tl.float32)
    for _ in range(n):
        total += tl.load(x + o)
    tl.store(y + o, total * 2 / n)


@triton.jit
def carried_wider(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    count = n
    for i in range(n):
        count = count + i.to(tl.int64)
    tl.store(y + o, tl.load(x + o) * 2 + 0 * count)


@triton.jit
def returned_in_a_loop(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) * 2)
    for i in range(n):
        if i > 1000:
            return


@triton.jit
def broken_off(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    for i in range(n):
        tl.store(y + o, tl.load(x + o) * 2)
        if i == 0:
            break


@triton.jit
def continued(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    for i in range(n):
        if i > 0:
            continue
        tl.store(y + o, tl.load(x + o) * 2)


@triton.jit
def while_count(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    i = 0
    while i < n:
        i += 1
    tl.store(y + o, tl.load(x + o) * 2 + 0 * i)


@triton.jit
def while_type(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    i = 0
    while i < n:
        i = i + 1.0
    tl.store(y + o, tl.load(x + o) * 2 + 0 * i)


@triton.jit
def while_else(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    i = 0
    while i < n:
        i += 1
    else:
        tl.store(y + o, tl.load(x + o) * 2)


@triton.jit
def for_else(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    for _ in range(n):
        pass
    else:
        tl.store(y + o, tl.load(x + o) * 2)


@triton.jit
def static_range(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    total = 0
    for _ in tl.static_range(2):
        total += 1.0
    tl.store(y + o, tl.load(x + o) * total)


@triton.jit
def static_range_of_an_argument(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    for _ in tl.static_range(n):
        tl.store(y + o, tl.load(x + o) * 2)


@triton.jit
def over_a_tuple(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    for factor in (1.0, 2.0):
        tl.store(y + o, tl.load(x + o) * factor)


@triton.jit
def over_a_block(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    for each in o:
        tl.store(y + each, tl.load(x + each) * 2)


@triton.jit
def first_set_in_a_loop(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    for _ in range(n):
        value = tl.load(x + o) * 2
    tl.store(y + o, value)


@triton.jit
def range_of_a_block(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    for _ in range(o):
        pass
    tl.store(y + o, tl.load(x + o) * 2)


@triton.jit
def range_of_floats(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    for _ in range(0.0, 2.0):
        pass
    tl.store(y + o, tl.load(x + o) * 2)


@triton.jit
def enumerated(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    for _, factor in enumerate((2.0,)):
        tl.store(y + o, tl.load(x + o) * factor)
