"""Small kernels in the dialect of `rebel.triton`, and how to run them."""

from collections.abc import Callable
from typing import Any

import torch
from rebel import triton
from rebel.triton import language as tl
from rebel.triton.language.extra.rbln import libdevice as rblib

from conformance.vendors.rebel import RebelSession, rebel_session


@triton.jit
def scale(source, target, factor, ROWS: tl.constexpr, WIDTH: tl.constexpr):
    """target = source * factor, by rows."""
    for row in tl.static_range(0, ROWS, 1):
        read = tl.make_block_ptr(source, (ROWS, WIDTH), (WIDTH, 1), (row, 0), (1, WIDTH), (1, 0))
        write = tl.make_block_ptr(target, (ROWS, WIDTH), (WIDTH, 1), (row, 0), (1, WIDTH), (1, 0))
        tl.store(write, tl.load(read) * factor)


@triton.jit
def append(new, cache, lengths, N: tl.constexpr, NP: tl.constexpr, P: tl.constexpr,
           D: tl.constexpr):  # fmt: skip
    """Put `new` (N, D) behind the rows that the partitions of `cache` (NP, P, D) hold."""
    state = tl.load(tl.make_block_ptr(new, (N, D), (D, 1), (0, 0), (N, D), (1, 0)))
    state = tl.reshape(state, (1, N, D))
    for part in tl.static_range(0, NP, 1):
        place = tl.make_block_ptr(lengths, (1, NP), (NP, 1), (0, part), (1, 1), (1, 0))
        start = rblib.to_dynamic_index(place).cast(tl.int32)
        if rblib.partition_skip(start) == False:  # noqa: E712
            block = tl.make_block_ptr(
                cache, (NP, P, D), (P * D, D, 1), (part, 0, 0), (1, P, D), (2, 1, 0)
            )
            old = rblib.dynamic_load(block, 1, start)
            rblib.dynamic_store(block, rblib.insert(old, state, 1, start), 1, start + N)


def run(body: Callable[..., Any], *arguments: Any, **session: Any) -> RebelSession:
    """Run a kernel body on `arguments` within a session; the session is returned, closed."""
    with rebel_session(**session) as collected:
        triton.jit(body).warmup(*arguments)
    return collected


def values(*shape: int) -> torch.Tensor:
    """0, 1, 2, ... in that shape, as float32."""
    return torch.arange(torch.Size(shape).numel(), dtype=torch.float32).view(shape)
