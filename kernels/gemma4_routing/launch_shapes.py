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
    return (
        (FEW_TOKENS, usual_shape(FEW_TOKENS, experts, topk)),
        (None, usual_shape(FEW_TOKENS + 1, experts, topk)),
    )


def usual_shape(tokens: int, experts: int, topk: int) -> Shape:
    """What holds where nothing was measured."""
    if topk > MOST_ROUNDS:
        block = max(2, triton.next_power_of_2(experts))
        rows = max(1, 1024 // block)
        warps = min(8, max(1, rows * block // 256))
        return {"heads": 1, "lanes": block, "rows": rows, "warps": warps}
    if tokens <= FEW_TOKENS:
        return _rounds(4, 32, experts, topk)
    return _rounds(8 if topk > 4 else 4, 4, experts, topk)


def _rounds(heads: int, lanes: int, experts: int, topk: int) -> Shape:
    """Rounds with so many lanes a row, or as many more as E and K need; one warp."""
    every = triton.next_power_of_2(triton.cdiv(experts, heads))
    # A lane that sees more experts than it keeps has to keep one for each slot. Four times as many
    # are what pays; code grows with them.
    least = every if topk > heads else every // 4
    lanes = max(1, least, min(lanes, every))
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
