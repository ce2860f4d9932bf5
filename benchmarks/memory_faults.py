"""Triton kernels with one memory fault each, on the line that is marked."""

from pathlib import Path

import triton
import triton.language as tl


def lines_of(mark: str) -> set[int]:
    """Numbers of the lines of this file that end in ``# fault: MARK``."""
    text = Path(__file__).read_text().splitlines()
    return {n for n, line in enumerate(text, 1) if line.endswith(f"# fault: {mark}")}


@triton.jit
def read_beyond(x_pointer, out_pointer, n, BLOCK: tl.constexpr):
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    x = tl.load(x_pointer + offsets)  # fault: read
    tl.store(out_pointer + offsets, x, mask=offsets < n)


@triton.jit
def write_beyond(x_pointer, out_pointer, n, BLOCK: tl.constexpr):
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    x = tl.load(x_pointer + offsets)
    tl.store(out_pointer + offsets, x, mask=offsets <= n)  # fault: write


@triton.jit
def add_in_place(x_pointer, out_pointer, BLOCK: tl.constexpr):
    offsets = tl.arange(0, BLOCK)
    total = tl.load(out_pointer + offsets)  # fault: unwritten
    tl.store(out_pointer + offsets, total + tl.load(x_pointer + offsets))


@triton.jit
def write_total(x_pointer, out_pointer, BLOCK: tl.constexpr):
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    total = tl.sum(tl.load(x_pointer + offsets), axis=0)
    tl.store(out_pointer, total)  # fault: total


@triton.jit
def shift(x_pointer, BLOCK: tl.constexpr):
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    x = tl.load(x_pointer + offsets + 1)  # fault: shift
    tl.store(x_pointer + offsets, x)  # fault: shift
