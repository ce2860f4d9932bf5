"""Programs that meet in memory, in whatever way a few numbers say."""

import triton
import triton.language as tl


@triton.jit
def _step(cells_ptr, out_ptr, pid, count, WHAT: tl.constexpr, WHERE: tl.constexpr):
    if WHERE == 0:
        cell = pid
    elif WHERE == 1:
        cell = (pid + 1) % count
    elif WHERE == 2:
        cell = (pid + count - 1) % count
    elif WHERE == 3:
        cell = pid // 2
    else:
        cell = pid * 0
    if WHAT == 0:
        tl.store(out_ptr + pid, tl.load(out_ptr + pid) + tl.load(cells_ptr + cell))
    elif WHAT == 1:
        tl.store(cells_ptr + cell, pid)
    elif WHAT == 2:
        tl.store(cells_ptr + cell, 7)
    elif WHAT == 3:
        tl.store(cells_ptr + cell, 0)
    elif WHAT == 4:
        tl.atomic_add(out_ptr + count, 1)
    elif WHAT == 5:
        if pid % 2 == 0:
            tl.store(cells_ptr + cell, 7)
    else:
        if tl.load(cells_ptr + cell) > 0:
            tl.store(out_ptr + pid, 5)


@triton.jit
def meet(
    cells_ptr,
    out_ptr,
    count,
    A: tl.constexpr,
    B: tl.constexpr,
    C: tl.constexpr,
    D: tl.constexpr,
):
    pid = tl.program_id(0)
    _step(cells_ptr, out_ptr, pid, count, A % 7, A // 7)
    _step(cells_ptr, out_ptr, pid, count, B % 7, B // 7)
    _step(cells_ptr, out_ptr, pid, count, C % 7, C // 7)
    _step(cells_ptr, out_ptr, pid, count, D % 7, D // 7)


@triton.jit
def read_then_write(x_ptr, out_ptr):
    tl.store(out_ptr + tl.program_id(0), tl.load(x_ptr))
    tl.store(x_ptr, 5.0)


@triton.jit
def past_the_end(x_ptr, out_ptr, n, BLOCK: tl.constexpr):
    pid = tl.program_id(0)
    total = tl.zeros((BLOCK,), tl.float32)
    for step in range(2):
        total += tl.load(x_ptr + (pid * (2 - step)) * BLOCK + tl.arange(0, BLOCK))
    tl.store(out_ptr + pid, tl.sum(total))
