"""Kernels that break a memory rule, and kernels that only look as if.

Faulty lines are marked ``FAULT``.
"""

import triton
import triton.language as tl


@triton.jit
def copy_without_mask(x_ptr, out_ptr, n, BLOCK: tl.constexpr):
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    x = tl.load(x_ptr + offsets)  # FAULT read
    tl.store(out_ptr + offsets, x, mask=offsets < n)


@triton.jit
def store_without_mask(x_ptr, out_ptr, n, BLOCK: tl.constexpr):
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    x = tl.load(x_ptr + offsets, mask=offsets < n)
    tl.store(out_ptr + offsets, x)  # FAULT write


@triton.jit
def rows(x_ptr, out_ptr, stride, columns, BLOCK: tl.constexpr):
    offsets = tl.arange(0, BLOCK)
    mask = offsets < columns
    pid = tl.program_id(0)
    tl.store(
        out_ptr + pid * stride + offsets, tl.load(x_ptr + pid * stride + offsets, mask) * 2, mask
    )  # ROWS


@triton.jit
def same_cell(x_ptr, out_ptr):
    pid = tl.program_id(0)
    tl.store(out_ptr + pid // 2, tl.load(x_ptr + pid))  # FAULT race


@triton.jit
def shift_in_place(x_ptr, n, BLOCK: tl.constexpr):
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    x = tl.load(x_ptr + offsets + 1, mask=offsets + 1 < n)
    tl.store(x_ptr + offsets, x, mask=offsets + 1 < n)  # FAULT after read


@triton.jit
def double_in_place(x_ptr, n, BLOCK: tl.constexpr):
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = offsets < n
    tl.store(x_ptr + offsets, tl.load(x_ptr + offsets, mask) * 2, mask)


@triton.jit
def neighbour_through_memory(x_ptr, buffer_ptr, out_ptr):
    pid = tl.program_id(0)
    tl.store(buffer_ptr + pid, tl.load(x_ptr + pid))  # FAULT own
    other = tl.load(buffer_ptr + (pid + 1) % tl.num_programs(0))  # FAULT foreign
    tl.store(out_ptr + pid, other)


@triton.jit
def own_through_memory(x_ptr, buffer_ptr, out_ptr):
    pid = tl.program_id(0)
    tl.store(buffer_ptr + pid, tl.load(x_ptr + pid))
    tl.store(out_ptr + pid, tl.load(buffer_ptr + pid))


@triton.jit
def _accumulate(out_ptr, value):
    tl.store(out_ptr, tl.load(out_ptr) + value)  # FAULT nested


@triton.jit
def accumulate(x_ptr, out_ptr):
    _accumulate(out_ptr, tl.load(x_ptr + tl.program_id(0)))


@triton.jit
def same_flag(out_ptr):
    tl.store(out_ptr, 1)


@triton.jit
def count(out_ptr, BLOCK: tl.constexpr):
    tl.atomic_add(out_ptr + tl.arange(0, BLOCK) % 3, 1)


@triton.jit
def bytes_of_words(words_ptr, bytes_ptr):
    pid = tl.program_id(0)
    tl.store(words_ptr + pid // 4, 257)  # FAULT words
    tl.store(bytes_ptr + pid, pid.to(tl.uint8))  # FAULT bytes


@triton.jit
def through_pointers(pointers_ptr, out_ptr):
    pid = tl.program_id(0)
    address = tl.load(pointers_ptr + pid).to(tl.pointer_type(tl.float32))
    tl.store(out_ptr + pid, tl.load(address + 1))


@triton.jit
def selected(a_ptr, b_ptr, out_ptr):
    pid = tl.program_id(0)
    pointer = tl.where(pid % 2 == 0, a_ptr + pid, b_ptr + pid)
    tl.store(out_ptr + pid, tl.load(pointer))


@triton.jit
def diverging_race(x_ptr, out_ptr):
    pid = tl.program_id(0)
    if tl.load(x_ptr + pid) > 0:
        tl.store(out_ptr + pid, pid)
    else:
        tl.store(out_ptr, -pid)  # FAULT divergent


@triton.jit
def misaligned(byte_ptr, out_ptr):
    pid = tl.program_id(0)
    word = tl.load((byte_ptr + 1 + 4 * pid).to(tl.pointer_type(tl.int32)))
    tl.store((out_ptr + 3 + 4 * pid).to(tl.pointer_type(tl.int32)), word)


@triton.jit
def tells_and_races(x_ptr):
    tl.device_print("at", 0.0)
    tl.store(x_ptr, tl.program_id(0).to(tl.float32))
