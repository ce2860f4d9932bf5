"""Kernels that do nothing but what cannot be avoided: be launched, read and write bytes."""

from collections.abc import Callable
from typing import Any

import torch
import triton
import triton.language as tl


@triton.jit
def _nothing_kernel(pointer):
    pass


@triton.jit
def _move_kernel(
    read_pointer, write_pointer, reads, writes, READ: tl.constexpr, WRITE: tl.constexpr
):
    program = tl.program_id(0).to(tl.int64)
    read = program * READ + tl.arange(0, READ)
    total = tl.sum(tl.load(read_pointer + read, mask=read < reads, other=0))
    written = program * WRITE + tl.arange(0, WRITE)
    tl.store(write_pointer + written, total + tl.zeros([WRITE], tl.int32), mask=written < writes)


MOVES = tuple((read, warps) for read in (1024, 4096, 16384) for warps in (4, 8))
"""Words that a program reads, and its warps: the fastest counts."""


def launch_nothing(word: torch.Tensor) -> Callable[[], Any]:
    """What launches an empty kernel."""
    return lambda: _nothing_kernel[(1,)](word)


def move(read: torch.Tensor, written: torch.Tensor, block: int, warps: int) -> Callable[[], Any]:
    """What reads all of ``read`` and writes all of ``written`` once, both of 32-bit integers."""
    programs = triton.cdiv(read.numel(), block)
    write = triton.next_power_of_2(triton.cdiv(written.numel(), programs))
    programs = max(programs, triton.cdiv(written.numel(), write))

    def call() -> None:
        _move_kernel[(programs,)](
            read, written, read.numel(), written.numel(), block, write, num_warps=warps
        )

    return call
