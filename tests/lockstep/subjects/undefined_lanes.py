"""Kernels whose loads and atomics leave lanes undefined."""

import triton
import triton.language as tl


@triton.jit
def loaded(x_ptr, out_ptr, n, BLOCK: tl.constexpr, OTHER: tl.constexpr):
    lanes = tl.arange(0, BLOCK)
    if OTHER:
        values = tl.load(x_ptr + lanes, mask=lanes < n, other=0)
    else:
        values = tl.load(x_ptr + lanes, mask=lanes < n)
    tl.store(out_ptr + lanes, values)


@triton.jit
def scalar(x_ptr, out_ptr, n):
    tl.store(out_ptr + tl.program_id(0), tl.load(x_ptr, mask=n > tl.program_id(0)))


@triton.jit
def under_the_mask(x_ptr, out_ptr, n, BLOCK: tl.constexpr):
    lanes = tl.arange(0, BLOCK)
    values = tl.load(x_ptr + lanes, mask=lanes < n)
    tl.store(out_ptr + lanes, values * 2, mask=lanes < n)


@triton.jit
def counted(x_ptr, out_ptr, n, BLOCK: tl.constexpr):
    lanes = tl.arange(0, BLOCK)
    tl.store(out_ptr + lanes, tl.atomic_add(x_ptr + lanes, 1, mask=lanes < n))


@triton.jit
def described(x_ptr, out_ptr, n, BLOCK: tl.constexpr):
    rows = tl.make_tensor_descriptor(x_ptr, [2, n], [n, 1], [2, BLOCK])
    lanes = tl.arange(0, BLOCK)
    places = tl.arange(0, 2)[:, None] * BLOCK + lanes[None, :]
    tl.store(out_ptr + places, rows.load([0, 0]))


@triton.jit
def followed(pointers_ptr, out_ptr, n, BLOCK: tl.constexpr, MASKED: tl.constexpr):
    lanes = tl.arange(0, BLOCK)
    pointers = tl.load(pointers_ptr + lanes, mask=lanes < n).to(tl.pointer_type(tl.float32))
    if MASKED:
        tl.store(out_ptr + lanes, tl.load(pointers + 1, mask=lanes < n), mask=lanes < n)
    else:
        tl.store(out_ptr + lanes, tl.load(pointers + 1), mask=lanes < n)


@triton.jit
def written_through(pointers_ptr, n, BLOCK: tl.constexpr):
    lanes = tl.arange(0, BLOCK)
    pointers = tl.load(pointers_ptr + lanes, mask=lanes < n).to(tl.pointer_type(tl.float32))
    tl.store(pointers + lanes, 1.0)
