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

FEW_TOKENS = 4096
"""Up to so many tokens a row gets a warp; beyond, what counts is the work of all rows."""


def shape_for(
    device: torch.device, dtype: torch.dtype, tokens: int, experts: int, topk: int
) -> Shape:
    """The launch shape for T x E logits of `dtype` on `device`, and K slots.

    It is what was measured on a device of that name for these E and K, else `usual_shape`.
    """
    for most, shape in steps(device, dtype, experts, topk):
        if most is None or tokens <= most:
            return shape
    raise AssertionError("the last step has no end")


@cache
def steps(
    device: torch.device, dtype: torch.dtype, experts: int, topk: int
) -> tuple[tuple[int | None, Shape], ...]:
    """Shapes in ascending order of the tokens up to which they hold; the last one has no end."""
    word = str(dtype).removeprefix("torch.")
    sizes = {"device": _name(device), "dtype": word, "E": experts, "K": topk}
    found = [each for each in table()["measured"] if sizes.items() <= each.items()]
    if found:
        found.sort(key=lambda each: each["T_up_to"])
        ends = [each["T_up_to"] for each in found[:-1]] + [None]
        return tuple((end, each["shape"]) for end, each in zip(ends, found, strict=True))
    usual = (*((most, usual_shape(most, experts, topk)) for most in (64, FEW_TOKENS)),)
    return (*usual, (None, usual_shape(FEW_TOKENS + 1, experts, topk)))


def usual_shape(tokens: int, experts: int, topk: int) -> Shape:
    """What holds where nothing was measured: rules that fit what was."""
    if topk > MOST_ROUNDS:
        block = max(2, triton.next_power_of_2(experts))
        rows = max(1, 1024 // block)
        warps = min(8, max(1, rows * block // 256))
        return {"heads": 1, "lanes": block, "rows": rows, "warps": warps}
    if tokens > FEW_TOKENS:
        return _shape_for_many(experts, topk)
    # One instruction reduces 32 lanes: four keys a lane if that makes 32 of them, else eight.
    heads = 4 if 64 < experts <= 128 else 8
    lanes = triton.next_power_of_2(triton.cdiv(experts, heads))
    warps = 8 if lanes == 32 and tokens > 64 else 1
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
def table() -> dict[str, Any]:
    """What was measured, as `launch_shapes.json` holds it."""
    text = resources.files(__package__).joinpath("launch_shapes.json").read_text("utf-8")
    return json.loads(text)


def _name(device: torch.device) -> str:
    if device.type == "cpu":
        return "cpu"
    return str(torch.get_device_module(device).get_device_name(device))
