"""Data that passes from program to program, accesses across borders, and NaN."""

import triton
import triton.language as tl


@triton.jit
def published(data_ptr, flag_ptr, out_ptr, SEM: tl.constexpr):
    pid = tl.program_id(0)
    tl.store(data_ptr + pid, pid + 1)
    if SEM == "cas":
        tl.atomic_cas(flag_ptr, 0, 1, sem="relaxed")
    else:
        tl.atomic_add(flag_ptr, 1, sem=SEM)
    if pid == tl.num_programs(0) - 1:
        tl.store(out_ptr, tl.load(data_ptr))


@triton.jit
def wide(x_ptr, out_ptr, place, LOAD: tl.constexpr):
    address = (x_ptr + place).to(tl.pointer_type(tl.int64))
    if LOAD:
        tl.store(out_ptr, tl.load(address))
    else:
        tl.store(address, 5)


@triton.jit
def wide_atomic(x_ptr, place):
    tl.atomic_add((x_ptr + place).to(tl.pointer_type(tl.int64)), 1)


@triton.jit
def wide_block(x_ptr, out_ptr, BLOCK: tl.constexpr):
    lanes = tl.arange(0, BLOCK)
    address = (x_ptr + lanes).to(tl.pointer_type(tl.int64))
    tl.store(out_ptr + lanes, tl.load(address, mask=lanes < BLOCK))


@triton.jit
def atomic(x_ptr, out_ptr, n, MODE: tl.constexpr, BLOCK: tl.constexpr):
    lanes = tl.arange(0, BLOCK)
    if MODE == "add":
        old = tl.atomic_add(x_ptr + lanes, 1, mask=lanes < n)
    elif MODE == "max":
        old = tl.atomic_max(x_ptr + lanes, 1, mask=lanes < n)
    elif MODE == "xchg":
        old = tl.atomic_xchg(x_ptr + lanes, 1, mask=lanes < n)
    else:
        old = tl.atomic_cas(x_ptr + lanes, lanes * 0, lanes * 0 + 1)
    tl.store(out_ptr + lanes, old, mask=lanes < n)


@triton.jit
def extremes(x_ptr, values_ptr, ids_ptr, BLOCK: tl.constexpr):
    x = tl.load(x_ptr + tl.arange(0, BLOCK))
    tl.store(values_ptr, tl.max(x, 0))
    tl.store(values_ptr + 1, tl.min(x, 0))
    highest, first = tl.max(x, 0, return_indices=True)
    lowest, last = tl.min(x, 0, return_indices=True)
    tl.store(values_ptr + 2, highest)
    tl.store(values_ptr + 3, lowest)
    tl.store(ids_ptr, first)
    tl.store(ids_ptr + 1, last)
    tl.store(ids_ptr + 2, tl.argmax(x, 0))
    tl.store(ids_ptr + 3, tl.argmin(x, 0))


@triton.jit
def faults_then_diverges(x_ptr, out_ptr, n, RACE: tl.constexpr):
    pid = tl.program_id(0)
    value = tl.load(x_ptr + pid)
    if RACE:
        tl.store(out_ptr + pid // 2, pid)
    if pid % 2 == 0:
        tl.store(out_ptr + n + pid, value)
    else:
        tl.store(out_ptr + n + pid, value + 1)
