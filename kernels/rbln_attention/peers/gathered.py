"""As a model does it in torch: append, gather a sequence, `scaled_dot_product_attention`.

Nothing depends on the values of tensors, so that the functions can be compiled and captured. What
they leave out: null blocks, and rows without a sequence, which no point that is measured has.
"""

from collections.abc import Callable
from functools import partial

import torch
from torch.nn.functional import scaled_dot_product_attention

from ..table import KINDS, OperatorKind


def gathered(kind: OperatorKind, *values: torch.Tensor) -> torch.Tensor:
    """What an operator owes; its arguments in order. (NB, H, G, L, D) in the dtype of `query`."""
    given = dict(zip(kind.taken, values, strict=False))
    attend = _window if kind.window else _paged
    return attend(given)


GATHERED: dict[str, Callable[..., torch.Tensor]] = {
    name: partial(gathered, kind) for name, kind in KINDS.items() if not kind.sinks
}
"""Function of each operator without sinks."""


def _paged(given: dict[str, torch.Tensor]) -> torch.Tensor:
    query, cache = given["query"], given["kv_cache"]
    rows, heads, _, new, size = query.shape
    slots = cache.shape[4]
    table = given["block_table"].long().reshape(rows, -1)
    start = given["seq_idx"].long().sum(dim=1)[:, None]
    positions = start + torch.arange(new, device=query.device)
    blocks, places = table.gather(1, positions // slots), positions % slots
    for side, name in enumerate(("key", "value")):
        states = given[name][:, :, 0].transpose(1, 2).to(cache.dtype)
        cache[side, :, :, 0][blocks, :, places] = states
    width = table.shape[1] * slots
    keys, values = (
        cache[side, :, :, 0][table].transpose(1, 2).reshape(rows, heads, width, size)
        for side in (0, 1)
    )
    if "mask" in given:
        visible = given["mask"][:, 0, 0] > 0
    else:
        visible = torch.arange(width, device=query.device) <= positions[..., None]
    return _attend(query, keys, values, visible, given["qk_scale"])


def _window(given: dict[str, torch.Tensor]) -> torch.Tensor:
    query, cache = given["query"], given["kv_cache"]
    rows, heads, _, new, size = query.shape
    width = cache.shape[4]
    table = given["block_table"].long().reshape(rows)
    held, end = given["cache_seq_len"].long(), given["cache_offset"].long()
    order = torch.arange(width + new, device=query.device)
    # Where in old tokens and new ones, one behind the other, each position lies.
    place = torch.where(order < held, order.clamp(max=width - 1), width + order - held)
    place = place.clamp(max=width + new - 1)[:, None, :, None].expand(rows, heads, -1, size)
    lines = []
    for side, name in enumerate(("key", "value")):
        arrived = given[name][:, :, 0].to(cache.dtype)
        line = torch.cat([cache[side, :, :, 0][table], arrived], dim=2).gather(2, place)
        kept = torch.arange(width, device=query.device) + (end - width).clamp(min=0)
        kept = kept[:, None, :, None].expand(rows, heads, width, size)
        cache[side, :, :, 0][table] = line.gather(2, kept)
        lines.append(line)
    positions = held + torch.arange(new, device=query.device)
    ahead = positions[..., None] - order
    return _attend(query, lines[0], lines[1], (ahead >= 0) & (ahead < width), given["qk_scale"])


def _attend(
    query: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    visible: torch.Tensor,
    scale: torch.Tensor,
) -> torch.Tensor:
    """Attention of queries (NB, H, G, L, D) to keys (NB, H, N, D) where `visible` (NB, L, N)."""
    rows, heads, groups, new, size = query.shape
    # The scale is a tensor, which SDPA does not take.
    scaled = (query * scale).to(query.dtype).reshape(rows, heads, groups * new, size)
    mask = visible[:, None, None].expand(rows, 1, groups, new, -1).reshape(
        rows, 1, groups * new, visible.shape[-1]
    )  # fmt: skip
    keys, values = keys.to(query.dtype), values.to(query.dtype)
    result = scaled_dot_product_attention(scaled, keys, values, attn_mask=mask, scale=1.0)
    return result.reshape(rows, heads, groups, new, size)
