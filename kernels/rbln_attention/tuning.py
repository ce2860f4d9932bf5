"""What `conformance tune` asks of the kernels: which launch shapes, and calls with them."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import cache
from typing import Any

import torch

from .implementations.signatures import Attention, functions
from .launch_shapes import LaunchShape

_DECODE = ((128, 4, 3), (128, 8, 3), (128, 4, 2), (64, 4, 3), (64, 2, 3), (32, 2, 4))
_PREFILL = ((128, 128, 8, 3), (128, 128, 8, 2), (128, 64, 8, 3), (128, 64, 4, 3), (64, 128, 4, 2),
            (64, 64, 4, 3))  # fmt: skip
_FILLS = (1, 2, 4)
_SPANS = (2048, 8192)


def candidates(point: Mapping[str, int | str]) -> Iterator[dict[str, int]]:
    """Launch shapes to measure at a point: sizes by the names of the contract's axes."""
    rows = int(point.get("G", 1)) * int(point.get("L", 1))
    if rows <= 64:
        tile = max(16, 1 << (rows - 1).bit_length())
        tiles = [(tile, *each) for each in _DECODE]
    else:
        tiles = list(_PREFILL)
    for rows, keys, warps, stages in tiles:
        for fill in _FILLS:
            for span in _SPANS:
                yield {"rows": rows, "keys": keys, "warps": warps, "stages": stages,
                       "fill": fill, "span": span}  # fmt: skip


def call_with(name: str, arguments: tuple[Any, ...], shape: Mapping[str, int]) -> torch.Tensor:
    """Call the operator `name` in Triton, launched with `shape`."""
    return _operators(LaunchShape(**{each.name: shape[each.name] for each in fields(LaunchShape)}))[
        name
    ](*arguments)


@cache
def _operators(shape: LaunchShape) -> dict[str, Attention]:
    # Imported on use, so that machines without Triton can read the launch shapes to measure.
    from .implementations.triton_paged import paged_triton
    from .implementations.triton_window import window_triton

    return functions(
        lambda call: paged_triton(call, shape), lambda call: window_triton(call, shape)
    )
