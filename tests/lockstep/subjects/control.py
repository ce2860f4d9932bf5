"""Control flow, calls, closures, atomics, launch machinery."""

from typing import NamedTuple

import torch
import triton
import triton.language as tl
from triton.language import arange, load, program_id, store

SCALE: tl.constexpr = tl.constexpr(3)


@triton.jit
def ragged_kernel(x_ptr, lengths_ptr, out_ptr, stride, BLOCK: tl.constexpr):
    pid = tl.program_id(0)
    length = tl.load(lengths_ptr + pid)
    if length == 0:
        tl.store(out_ptr + pid, -1.0)
        return
    total = 0.0
    for start in range(0, length, BLOCK):
        offsets = start + tl.arange(0, BLOCK)
        total += tl.sum(tl.load(x_ptr + pid * stride + offsets, mask=offsets < length, other=0.0))
    if total > 0 and length > 4:
        total = total * 2
    elif total < -1:
        total = -total
    tl.store(out_ptr + pid, total if pid % 2 == 0 else total + 1)


def ragged():
    torch.manual_seed(0)
    x, lengths = torch.randn(20, 32), torch.randint(0, 33, (20,), dtype=torch.int32)
    lengths[3] = 0
    out = torch.zeros(20)
    ragged_kernel[(20,)](x, lengths, out, 32, BLOCK=8)
    return out


@triton.jit
def collatz_kernel(x_ptr, out_ptr):
    pid = tl.program_id(0)
    value = tl.load(x_ptr + pid)
    steps = 0
    while value != 1:
        if value % 2 == 0:  # noqa: SIM108 - a branch is what is tested
            value = value // 2
        else:
            value = 3 * value + 1
        steps += 1
    tl.store(out_ptr + pid, steps)


def collatz():
    x, out = torch.arange(1, 13, dtype=torch.int32), torch.zeros(12, dtype=torch.int32)
    collatz_kernel[(12,)](x, out)
    return out


class Pair(NamedTuple):
    first: object
    second: object


@triton.jit
def _minmax(x):
    return tl.min(x, 0), tl.max(x, 0)


@triton.jit
def _scaled(x, factor: tl.constexpr = 2, EXTRA: tl.constexpr = None):
    if EXTRA is not None:
        x = x + EXTRA
    return x * factor * SCALE


@triton.jit
def nested_kernel(x_ptr, out_ptr, pair, BLOCK: tl.constexpr, FLAG: tl.constexpr):
    SIZE: tl.constexpr = BLOCK * 2 // 2
    offsets = tl.arange(0, SIZE)
    x = tl.load(x_ptr + tl.program_id(0) * BLOCK + offsets)
    low, high = _minmax(x)
    y = _scaled(x - low, EXTRA=0.5) / (high - low + 1)
    for i in tl.static_range(3):
        y += i * pair.first
    if FLAG and BLOCK > 4:
        y -= pair[1]
    low_bound = 0.5 if FLAG else 1.5
    y = tl.where((offsets >= 0) & (offsets < SIZE - 1), y, low_bound)
    tl.static_assert(BLOCK == 16)
    tl.store(out_ptr + tl.program_id(0) * BLOCK + offsets, y + min(BLOCK, 3) + max(1, 2))


def nested():
    torch.manual_seed(0)
    x, out = torch.randn(3, 16), torch.zeros(3, 16)
    nested_kernel[(3,)](x, out, Pair(2, 7), BLOCK=16, FLAG=True)
    return out


def _closure_kernel(power):
    @triton.jit
    def kernel(x_ptr, out_ptr, BLOCK: tl.constexpr):
        offsets = program_id(0) * BLOCK + arange(0, BLOCK)
        store(out_ptr + offsets, load(x_ptr + offsets) * power)

    return kernel


def closures():
    x, out = torch.arange(16.0), torch.zeros(16)
    _closure_kernel(tl.constexpr(5))[(2,)](x, out, BLOCK=8)
    return out


@triton.jit
def chained_kernel(x_ptr, out_ptr, low, high, BLOCK: tl.constexpr):
    offsets = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + offsets)
    if low < high <= 10 and not (low == high):  # noqa: SIM201
        tl.store(out_ptr + offsets, tl.where((x > low) & (x < high), x, 0))
    else:
        tl.store(out_ptr + offsets, x * 0 - 1)


def chained():
    x, out = torch.arange(16, dtype=torch.int32), torch.zeros(16, dtype=torch.int32)
    chained_kernel[(1,)](x, out, 3, 9, BLOCK=16)
    return out


@triton.jit
def atomic_kernel(out_ptr, float_ptr, old_ptr, BLOCK: tl.constexpr):
    pid = tl.program_id(0)
    offsets = tl.arange(0, BLOCK)
    tl.atomic_add(out_ptr + offsets % 4, pid + offsets)
    tl.atomic_max(out_ptr + 4, pid * 3)
    tl.atomic_min(out_ptr + 5, -pid)
    tl.atomic_xor(out_ptr + 6 + offsets % 2, offsets * 5 + pid, mask=offsets < 6)
    tl.atomic_or(out_ptr + 8, 1 << pid)
    tl.atomic_and(out_ptr + 9, ~pid)
    tl.store(old_ptr + pid, tl.atomic_xchg(out_ptr + 10, pid + 100))
    tl.store(old_ptr + 8 + pid, tl.atomic_cas(out_ptr + 11, pid, pid + 1))
    tl.atomic_add(float_ptr, 0.1 * (pid + 1))
    tl.atomic_max(float_ptr + 1, (pid - 3) * 1.0)
    tl.atomic_add(float_ptr + 2 + offsets, 1.0 / (pid + offsets + 1))


def atomics():
    out, floats, old = (
        torch.zeros(12, dtype=torch.int32),
        torch.full((10,), -9.0),
        torch.zeros(16, dtype=torch.int32),
    )
    out[9] = -1
    atomic_kernel[(8,)](out, floats, old, BLOCK=8)
    return out, floats, old


@triton.jit
def lock_kernel(lock_ptr, total_ptr, x_ptr):
    x = tl.load(x_ptr + tl.program_id(0))
    while tl.atomic_cas(lock_ptr, 0, 1) == 1:
        pass
    tl.store(total_ptr, tl.load(total_ptr) * 2 + x)
    tl.atomic_xchg(lock_ptr, 0)


def lock():
    lock_word, total, x = torch.zeros(1, dtype=torch.int32), torch.zeros(1), torch.arange(1.0, 7.0)
    lock_kernel[(6,)](lock_word, total, x)
    return lock_word, total


@triton.jit
def last_block_kernel(
    x_ptr, partial_ptr, count_ptr, out_ptr, N: tl.constexpr, PROGRAMS: tl.constexpr
):
    pid = tl.program_id(0)
    tl.store(partial_ptr + pid, tl.sum(tl.load(x_ptr + pid * N + tl.arange(0, N))))
    if tl.atomic_add(count_ptr, 1) == PROGRAMS - 1:
        tl.store(out_ptr, tl.sum(tl.load(partial_ptr + tl.arange(0, PROGRAMS))))


def last_block():
    torch.manual_seed(0)
    x, partial = torch.randn(8, 16), torch.empty(8)
    count, out = torch.zeros(1, dtype=torch.int32), torch.empty(1)
    last_block_kernel[(8,)](x, partial, count, out, N=16, PROGRAMS=8)
    return partial, count, out


@triton.heuristics({"EVEN": lambda arguments: arguments["n"] % arguments["BLOCK"] == 0})
@triton.jit
def heuristic_kernel(x_ptr, out_ptr, n, EVEN: tl.constexpr, BLOCK: tl.constexpr):
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    if EVEN:
        tl.store(out_ptr + offsets, tl.load(x_ptr + offsets) + 1)
    else:
        mask = offsets < n
        tl.store(out_ptr + offsets, tl.load(x_ptr + offsets, mask) + 2, mask)


def heuristics(n):
    x, out = torch.arange(float(n)), torch.zeros(n)
    heuristic_kernel[(triton.cdiv(n, 8),)](x, out, n, BLOCK=8)
    return out
