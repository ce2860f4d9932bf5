"""Kernels whose programs part, each in a way of its own."""

import torch
import triton
import triton.language as tl

PROGRAMS = 6


@triton.jit
def other_pointer(a_ptr, b_ptr, out_ptr):
    pid = tl.program_id(0)
    pointer = a_ptr
    if pid % 2 == 1:
        pointer = b_ptr
    tl.store(out_ptr + pid, tl.load(pointer + pid))


@triton.jit
def bound_on_one_side(a_ptr, b_ptr, out_ptr):
    pid = tl.program_id(0)
    if pid % 2 == 1:
        value = tl.load(a_ptr + pid)
    if pid % 2 == 1:
        tl.store(out_ptr + pid, value)


@triton.jit
def other_layout(a_ptr, b_ptr, out_ptr):
    pid = tl.program_id(0)
    rows = tl.arange(0, 32)
    block = tl.load(a_ptr + pid + rows[:, None] * 32 + rows[None, :])
    if pid % 2 == 1:
        block = tl.trans(block)
    tl.store(out_ptr + pid, tl.sum(tl.sum(block, axis=0), axis=0))


@triton.jit
def with_break(a_ptr, b_ptr, out_ptr):
    pid = tl.program_id(0)
    total = 0.0
    for i in range(8):
        total += tl.load(a_ptr + i)
        if i == pid:
            break
    tl.store(out_ptr + pid, total)


@triton.jit
def wait_for_first(a_ptr, b_ptr, out_ptr):
    pid = tl.program_id(0)
    seen = tl.load(b_ptr)
    while (seen == 0.0) & (pid > 0):
        seen = tl.load(b_ptr, volatile=True)
    tl.store(out_ptr + pid, seen)
    if pid == 0:
        tl.store(b_ptr, 1.0)


@triton.jit
def add_in_turn(a_ptr, b_ptr, out_ptr):
    pid = tl.program_id(0)
    if pid % 2 == 1:
        tl.atomic_add(out_ptr, tl.load(a_ptr + pid) * 1000.1)
    else:
        tl.atomic_add(out_ptr, tl.load(a_ptr + pid))


@triton.jit
def ternary_of_numbers(a_ptr, b_ptr, out_ptr):
    pid = tl.program_id(0)
    tl.store(out_ptr + pid, tl.load(a_ptr + pid) * (2 if pid < 3 else 5))


@triton.jit
def _first_above(a_ptr, bound, then, CAREFUL: tl.constexpr):
    if CAREFUL:  # noqa: SIM102 - one is known beforehand, the other is not
        if bound < 0:
            return then
    place = 0
    while tl.load(a_ptr + place) <= bound:
        place += 1
    return tl.load(a_ptr + place)


@triton.jit
def early_returns(a_ptr, b_ptr, out_ptr):
    pid = tl.program_id(0)
    tl.store(out_ptr + pid, _first_above(a_ptr, (pid - 2) * 100.0, pid * 0.5, True))
    if pid > 3:
        return
    tl.store(out_ptr + pid, _first_above(a_ptr, pid * 31.5, 0.0, False))


@triton.jit
def reads_outside(a_ptr, b_ptr, out_ptr):
    pid = tl.program_id(0)
    total = 0.0
    for i in range(pid, 8 - pid):
        if i > 2:
            total += tl.load(b_ptr + i - 4)  # FAULT outside
    tl.store(out_ptr + pid, total)


@triton.jit
def descriptor_of_all(a_ptr, b_ptr, out_ptr):
    pid = tl.program_id(0)
    rows = tl.make_tensor_descriptor(a_ptr, [64, 16], [16, 1], [1, 16])
    total = 0.0
    for i in range(pid, 7):
        total += tl.sum(rows.load([i, 0]))
    tl.store(out_ptr + pid, total)


@triton.jit
def pointers_in_memory(a_ptr, b_ptr, out_ptr):
    pid = tl.program_id(0)
    pointer = tl.load(a_ptr + pid).to(tl.pointer_type(tl.float32))
    total = 0.0
    for i in range(pid):
        total += tl.load(pointer + i)
    tl.store(out_ptr + pid, total)


def run(name: str) -> torch.Tensor:
    """What ``out_ptr`` holds after a launch of the kernel of this name."""
    torch.manual_seed(0)
    a, b, out = torch.arange(1100.0), torch.zeros(PROGRAMS), torch.zeros(PROGRAMS)
    a[:PROGRAMS] *= 1.25
    if name == "other_layout":
        a = torch.randn(1100)
    if name == "pointers_in_memory":
        here = (torch.arange(6.0), torch.arange(10.0, 16.0))
        a = torch.tensor([here[pid % 2].data_ptr() for pid in range(PROGRAMS)])
    globals()[name][(PROGRAMS,)](a, b, out)
    return out
