"""Softmaxes and the steps of an online softmax, all of them in fp32 over the last axis.

A query sees the keys where a mask is above 0, or those up to its own position, or those within a
window. A query that sees no key gets NaN from the softmaxes (C).
"""

from __future__ import annotations

from typing import Any

import torch

from conformance.vendors.rebel.memory.block_pointers import integer
from conformance.vendors.rebel.values.tensor import Tensor, data_of

_NOTHING = float("-inf")


def softmax(x: Any, axis: int = -1) -> Tensor:
    """Softmax along ``axis``. A."""
    return Tensor(torch.softmax(data_of(x, "softmax"), axis))


def masked_softmax(qk: Any, mask: Any) -> Tensor:
    """Softmax over the keys where ``mask``, repeated over heads and groups, is above 0. B."""
    logits = data_of(qk, "masked_softmax")
    return _softmax(logits, data_of(mask, "masked_softmax") > 0)


def dynamic_masked_softmax(qk: Any, index: Any) -> Tensor:
    """Softmax over the keys up to position ``index`` plus the query's row. B."""
    logits = data_of(qk, "dynamic_masked_softmax")
    return _softmax(logits, _causal(logits, integer(index)))


def window_softmax(qk: Any, cache_start: Any, window_size: int) -> Tensor:
    """Softmax over the last ``window_size`` keys up to ``cache_start`` plus the query's row. B."""
    logits = data_of(qk, "window_softmax")
    behind = _behind(logits, integer(cache_start))
    return _softmax(logits, (behind >= 0) & (behind < integer(window_size)))


def flash_attn_tile(qk: Any, mask: Any, row_max_prev: Any = None) -> tuple[Tensor, Tensor, Tensor]:
    """One tile of an online softmax: new maximum, exponentials, their sums. B.

    Invisible keys count 0, also where a tile shows a query nothing (C).
    """
    logits = data_of(qk, "flash_attn_tile")
    return _tile(logits, data_of(mask, "flash_attn_tile") > 0, row_max_prev)


def dynamic_flash_attn_tile(
    qk: Any, index: Any, row_max_prev: Any = None
) -> tuple[Tensor, Tensor, Tensor]:
    """The same with the keys up to position ``index`` plus the query's row visible. B."""
    logits = data_of(qk, "dynamic_flash_attn_tile")
    return _tile(logits, _causal(logits, integer(index)), row_max_prev)


def flash_attn_recompute(
    row_max_prev: Any,
    row_max_global: Any,
    row_sum_prev: Any,
    row_sum_cur: Any,
    attn_out_prev: Any,
    attn_out_cur: Any,
) -> tuple[Tensor, Tensor]:
    """Sums and outputs of all tiles so far, scaled to the new maximum. B.

    Earlier tiles count 0 for a query that saw no key in them (C: what the library makes of two
    maxima of minus infinity is unknown; NaN here would look like a fault of the kernel).
    """
    before = data_of(row_max_prev, "flash_attn_recompute")
    factor = torch.exp(before - data_of(row_max_global, "flash_attn_recompute"))
    scale = Tensor(factor.masked_fill(before == _NOTHING, 0.0))
    return scale * row_sum_prev + row_sum_cur, scale * attn_out_prev + attn_out_cur


def _behind(logits: torch.Tensor, start: int) -> torch.Tensor:
    """How far each key lies behind each query, whose rows count from ``start``."""
    queries, keys = logits.shape[-2:]
    return start + torch.arange(queries)[:, None] - torch.arange(keys)


def _causal(logits: torch.Tensor, start: int) -> torch.Tensor:
    return _behind(logits, start) >= 0


def _softmax(logits: torch.Tensor, visible: torch.Tensor) -> Tensor:
    return Tensor(torch.softmax(logits.masked_fill(~visible, _NOTHING), -1))


def _tile(
    logits: torch.Tensor, visible: torch.Tensor, before: Any
) -> tuple[Tensor, Tensor, Tensor]:
    largest = logits.masked_fill(~visible, _NOTHING).amax(-1, keepdim=True)
    if before is not None:
        largest = torch.maximum(largest, data_of(before, "row_max_prev"))
    weights = torch.exp(logits - largest).masked_fill(~visible, 0.0)
    return Tensor(largest), Tensor(weights), Tensor(weights.sum(-1, keepdim=True))
