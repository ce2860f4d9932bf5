"""What `conformance tune` launches: shapes that are worth a try, and calls with one of them."""

from collections.abc import Iterator, Mapping
from typing import Any

import torch
import triton

from ..devices import current
from .arguments import check
from .tiles.launch import Launch
from .triton_route import _route_kernel

MOST_TILES = 8
"""Of experts that a lane sees; code grows with them."""

MOST_LOGITS = 16384
"""Of a program's tile: more do not fit into the registers of its warps."""


def candidates(point: Mapping[str, int | str]) -> Iterator[dict[str, int]]:
    """Launch shapes for a point, which names T, E and K.

    Few tokens get programs of few rows; many get lanes of many tiles too. Whole rows are sorted
    for 16 slots and more.
    """
    tokens, experts, topk = (int(point[name]) for name in "TEK")
    for heads in (4, 8):
        every = triton.next_power_of_2(triton.cdiv(experts, heads))
        least = every if topk > heads else max(1, every // MOST_TILES)
        lanes = [1 << k for k in range(every.bit_length()) if 1 << k >= least]
        for each in lanes if tokens > 512 else lanes[-2:]:
            yield from _tiles(heads, each, tokens, experts)
    if topk >= 16:
        yield from _tiles(1, max(2, triton.next_power_of_2(experts)), tokens, experts)


def _tiles(heads: int, lanes: int, tokens: int, experts: int) -> Iterator[dict[str, int]]:
    for warps in (1, 2, 4, 8):
        for rows_of_warp in {max(1, 32 // lanes), max(1, 64 // lanes)}:
            rows = rows_of_warp * warps
            if rows <= max(tokens, rows_of_warp) and rows * experts <= MOST_LOGITS:
                yield {"heads": heads, "lanes": lanes, "rows": rows, "warps": warps}


def call_with(
    arguments: tuple[Any, ...], shape: Mapping[str, int]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Route the arguments of the operator with a kernel of this launch shape.

    Raises as `arguments.check` and `Launch`.
    """
    gating, topk, per_expert_scale = arguments
    check(gating, topk, per_expert_scale)
    tokens, experts = gating.shape
    launch = Launch(_route_kernel, shape, experts, topk)
    weights = gating.new_empty((tokens, topk), dtype=torch.float32)
    ids = gating.new_empty((tokens, topk), dtype=torch.int32)
    if tokens:
        with current(gating.device):
            launch.run(gating, per_expert_scale, weights, ids)
    return weights, ids
