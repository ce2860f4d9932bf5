"""Kernels that somebody looks into."""

import pdb

import triton
import triton.language as tl


@triton.jit
def double(x, y, n, BLOCK: tl.constexpr, MASKED: tl.constexpr):
    column = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    value = tl.load(x + column, mask=column < n) if MASKED else tl.load(x + column)
    tl.store(y + column, 2 * value, mask=column < n)


@triton.jit
def stops(x, y, n, BLOCK: tl.constexpr):
    pid = tl.program_id(0)
    column = pid * BLOCK + tl.arange(0, BLOCK)
    value = tl.load(x + column, mask=column < n)
    tl.device_print("value", value)
    breakpoint()
    result = _helped(value)
    if pid > 0:
        result += 1
    tl.store(y + column, result, mask=column < n)


@triton.jit
def _helped(value):
    pdb.set_trace()
    return value * 2


@triton.jit
def prints(x, n, BLOCK: tl.constexpr):
    column = tl.arange(0, BLOCK)
    value = tl.load(x + column, mask=column < n)
    tl.device_print("x", value)
    tl.device_print("code", column, hex=True)
    tl.device_print("two", value, column)
    tl.device_print("here")
    print(value)
    print("block", BLOCK)
    print("type", value.dtype)
    tl.static_print("static", value)


@triton.jit
def prints_much(x, BLOCK: tl.constexpr):
    tl.device_print("x", tl.load(x + tl.arange(0, BLOCK)))


@triton.jit
def prints_and_fails(x):
    tl.device_print("before", tl.program_id(0))
    tl.device_assert(tl.program_id(0) < 2, "too many programs")


@triton.jit
def shows(x, y, n, SEEN: tl.constexpr, BLOCK: tl.constexpr):
    pid = tl.program_id(0)
    value = tl.load(x + pid * BLOCK + tl.arange(0, BLOCK), mask=tl.arange(0, BLOCK) < n)
    SEEN(x, pid, value, tl.sum(value.to(tl.float32), axis=0))
