"""With which tiles and how many warps the routing kernels are launched.

`launch_shapes.json` holds what was measured, by device, dtype and sizes. Where nothing was
measured, the rules of `usual_shape` decide.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import torch
import triton

Shape = Mapping[str, int]
"""`heads`, the keys that a lane keeps (8 or 4; 1 sorts whole rows), the `lanes` of a row, the
`rows` of a program, and its `warps`: all powers of two."""

MOST_ROUNDS = 32
"""Up to so many slots rounds are faster than sorting whole rows."""

FEW_TOKENS, SOME_TOKENS = 64, 4096
"""Up to so many tokens it counts how long a row takes; beyond, the instructions of all of them."""

_DTYPES = (torch.float32, torch.bfloat16, torch.float16)


@cache
def steps(
    architecture: str, dtype: torch.dtype, experts: int, topk: int
) -> tuple[tuple[int | None, Shape], ...]:
    """Shapes for (T, E) logits of `dtype` and K slots, each with the T up to which it holds.

    They ascend, and the last one has no end. They are what was measured on devices of this
    architecture for these E and K; if nothing was, for any dtype of that size; else `usual_shape`.
    """
    sizes = {"arch": architecture, "E": experts, "K": topk}
    for dtypes in ((dtype,), [each for each in _DTYPES if each.itemsize == dtype.itemsize]):
        words = [str(each).removeprefix("torch.") for each in dtypes]
        found = [
            (entry["T_up_to"], entry["shape"])
            for entry in measured()
            if sizes.items() <= entry.items() and entry["dtype"] in words
        ]
        if found:
            return (*found[:-1], (None, found[-1][1]))
    usual = [(most, usual_shape(most, experts, topk)) for most in (FEW_TOKENS, SOME_TOKENS)]
    return (*usual, (None, usual_shape(SOME_TOKENS + 1, experts, topk)))


def usual_shape(tokens: int, experts: int, topk: int) -> Shape:
    """What holds where nothing was measured: rules that fit what was."""
    if topk > MOST_ROUNDS:
        block = max(2, triton.next_power_of_2(experts))
        rows = max(1, 1024 // block)
        warps = min(8, max(1, rows * block // 256))
        return {"heads": 1, "lanes": block, "rows": rows, "warps": warps}
    if tokens > SOME_TOKENS:
        return _shape_for_many(experts, topk)
    # One instruction reduces 32 lanes: four keys a lane if that makes 32 of them, else eight.
    heads = 4 if 64 < experts <= 128 else 8
    lanes = triton.next_power_of_2(triton.cdiv(experts, heads))
    warps = 8 if lanes == 32 and tokens > FEW_TOKENS else 1
    return {"heads": heads, "lanes": lanes, "rows": warps * max(1, 32 // lanes), "warps": warps}


def _shape_for_many(experts: int, topk: int) -> Shape:
    """A shape for so many tokens that the instructions of all rows count, not how long one takes.

    The fewer lanes a row has, the fewer reductions; a lane then sees several tiles of experts and
    keeps the largest. It has to keep one for each slot. Eight tiles at most: code grows with them.
    """
    heads = 4 if topk <= 4 else 8
    every = triton.next_power_of_2(triton.cdiv(experts, heads))
    if topk > heads:
        return {"heads": heads, "lanes": every, "rows": max(2, 32 // every), "warps": 1}
    lanes = max(1, every // 8, min(every // 2, 2 if every <= 8 else 4))
    return {"heads": heads, "lanes": lanes, "rows": max(1, 32 // lanes), "warps": 1}


@cache
def measured() -> tuple[dict[str, Any], ...]:
    """The entries of `launch_shapes.json`, those that hold for fewer tokens first."""
    text = resources.files(__package__).joinpath("launch_shapes.json").read_text("utf-8")
    return tuple(sorted(json.loads(text)["measured"], key=lambda entry: entry["T_up_to"]))
