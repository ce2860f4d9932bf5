"""Kernels whose threads meet in memory, rightly or not; each is run by one program or several."""

import triton
import triton.language as tl


@triton.jit
def read_back(
    x_ptr, out_ptr, buffer_ptr, BLOCK: tl.constexpr, REVERSED: tl.constexpr, BETWEEN: tl.constexpr
):
    base = tl.program_id(0) * BLOCK
    lanes = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + base + lanes)
    tl.store(buffer_ptr + base + lanes, x)
    if BETWEEN == "barrier":
        tl.debug_barrier()
    elif BETWEEN == "atomic":
        tl.atomic_add(out_ptr + base, 0.0)
    elif BETWEEN == "relaxed":
        tl.atomic_add(out_ptr + base, 0.0, sem="relaxed")
    elif BETWEEN == "sum":
        x += tl.sum(x)
    if REVERSED:
        tl.store(out_ptr + base + lanes, tl.load(buffer_ptr + base + BLOCK - 1 - lanes))
    else:
        tl.store(out_ptr + base + lanes, tl.load(buffer_ptr + base + lanes))


@triton.jit
def overwrite(x_ptr, BLOCK: tl.constexpr, REVERSED: tl.constexpr, BETWEEN: tl.constexpr):
    lanes = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    if REVERSED:
        x = tl.load(x_ptr + (2 * tl.program_id(0) + 1) * BLOCK - 1 - lanes)
    else:
        x = tl.load(x_ptr + lanes)
    if BETWEEN == "barrier":
        tl.debug_barrier()
    elif BETWEEN == "sum":
        x += tl.sum(x)
    elif BETWEEN == "scan":
        x += tl.cumsum(x, 0)
    tl.store(x_ptr + lanes, x * 100)


@triton.jit
def other_shape(x_ptr, out_ptr, buffer_ptr, BLOCK: tl.constexpr, HALVES: tl.constexpr):
    base = tl.program_id(0) * BLOCK
    lanes = tl.arange(0, BLOCK)
    tl.store(buffer_ptr + base + lanes, tl.load(x_ptr + base + lanes))
    if HALVES:
        half = tl.arange(0, BLOCK // 2)
        tl.store(out_ptr + base + half, tl.load(buffer_ptr + base + half))
    else:
        column = lanes[:, None]
        tl.store(out_ptr + base + column, tl.load(buffer_ptr + base + column))


@triton.jit
def one_cell(x_ptr, out_ptr, BLOCK: tl.constexpr, EQUAL: tl.constexpr):
    pid = tl.program_id(0)
    value = tl.load(x_ptr + pid * BLOCK + tl.arange(0, BLOCK))
    if EQUAL:
        value = value * 0 + 3
    tl.store(out_ptr + pid + tl.arange(0, BLOCK) * 0, value)


@triton.jit
def stored_twice(out_ptr, BLOCK: tl.constexpr, MODE: tl.constexpr):
    base = tl.program_id(0) * BLOCK
    lanes = tl.arange(0, BLOCK)
    tl.store(out_ptr + base + lanes, 1.0)
    if MODE == "barrier":
        tl.debug_barrier()
    if MODE == "same lane":
        tl.store(out_ptr + base + lanes, 2.0, mask=lanes == 3)
    elif MODE == "same value":
        tl.store(out_ptr + base + 3, 1.0)
    else:
        tl.store(out_ptr + base + 3, 2.0)


@triton.jit
def after_divergence(x_ptr, out_ptr, buffer_ptr, BLOCK: tl.constexpr):
    pid = tl.program_id(0)
    base = pid * BLOCK
    lanes = tl.arange(0, BLOCK)
    tl.store(buffer_ptr + base + lanes, tl.load(x_ptr + base + lanes))
    if tl.load(x_ptr + base) > 0:
        tl.debug_barrier()
    tl.store(out_ptr + base + lanes, tl.load(buffer_ptr + base + BLOCK - 1 - lanes))
