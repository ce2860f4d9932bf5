"""The operators in plain torch: the fallback where Triton does not run.

What holds for the Triton kernels holds here, null block and undefined slots included. Nothing
depends on the values of tensors, so that the operators can be traced.
"""

import torch

from .arguments import check_paged, check_window
from .calls import Paged, Window
from .output import output_of
from .signatures import functions


def paged_torch(call: Paged) -> torch.Tensor:
    """As `triton_paged.paged_triton`, on any device; a slot that no query sees has no influence.

    Takes memory for the keys and values of all NP * P slots of each row, in float32.
    """
    check_paged(call)
    rows, heads, _, length, size = call.query.shape
    slots_each = call.kv_cache.shape[4]
    table = call.block_table.long()
    table = table[None] if call.prefill else table
    slots = table.shape[1] * slots_each
    start = call.seq_idx.long().sum(dim=1)[:, None]
    tokens = torch.arange(length, device=table.device)
    positions = start + tokens
    owned = (table > 0) & (table < call.kv_cache.shape[1])

    inside = (positions >= 0) & (positions < slots)
    partitions = torch.where(inside, positions // slots_each, 0)
    written = inside & owned.gather(1, partitions)
    blocks = torch.where(written, table.gather(1, partitions), 0)
    places = torch.where(written, positions % slots_each, 0)
    for side, states in ((0, call.key), (1, call.value)):
        cache = call.kv_cache[side, :, :, 0]
        states = states[:, :, 0].transpose(1, 2).to(cache.dtype)
        _write(cache, blocks, places, states, written)

    order = torch.arange(slots, device=table.device)
    held = (order < start + length) & owned.repeat_interleave(slots_each, dim=1)
    shown = order <= positions[..., None] if call.mask is None else call.mask[:, 0, 0] > 0
    visible = shown & held[:, None]
    table = torch.where(owned, table, 0)
    keys, values = (
        call.kv_cache[side, :, :, 0][table].transpose(1, 2).reshape(rows, heads, slots, size)
        for side in (0, 1)
    )
    return _attend(call, keys, values, visible)


def window_torch(call: Window) -> torch.Tensor:
    """As `triton_window.window_triton`, on any device."""
    check_window(call)
    rows, _, _, length, _ = call.query.shape
    window = call.kv_cache.shape[4]
    table = call.block_table.long().reshape(rows, 1)
    held, end = call.cache_seq_len.long(), call.cache_offset.long()
    live = (held >= 0) & (held <= window) & (end > held) & (end <= held + length)
    live = live & (table > 0) & (table < call.kv_cache.shape[1])
    table, held, end = (torch.where(live, each, 0) for each in (table, held, end))

    order = torch.arange(window + length, device=table.device)
    is_old, is_new = order < held, (order >= held) & (order < end)
    slots = torch.arange(window, device=table.device)
    kept = slots < end.clamp(max=window)
    moved = slots + (end - window).clamp(min=0)
    extended = []
    for side, states in ((0, call.key), (1, call.value)):
        cache = call.kv_cache[side, :, :, 0]
        old = cache[table, :, order.clamp(max=window - 1)]
        states = states[:, :, 0].transpose(1, 2).to(cache.dtype)
        new = _gather(states, (order - held).clamp(0, length - 1))
        both = torch.where(is_old[..., None, None], old, new)
        both = torch.where((is_old | is_new)[..., None, None], both, 0)
        extended.append(both.transpose(1, 2))
        _write(cache, table.expand(rows, window), slots.expand(rows, window),
               _gather(both, moved), kept)  # fmt: skip

    positions = held + torch.arange(length, device=table.device)
    ahead = positions[..., None] - order
    visible = (
        (ahead >= 0) & (ahead < window) & (positions < end)[..., None] & (order < end)[:, None]
    )
    return _attend(call, *extended, visible)


PLAIN = functions(paged_torch, window_torch)
"""Function of each operator, for tensors on any device."""


def _write(
    cache: torch.Tensor,
    blocks: torch.Tensor,
    slots: torch.Tensor,
    states: torch.Tensor,
    written: torch.Tensor,
) -> None:
    """Write states (NB, N, H, D) where `written` (NB, N); elsewhere put back what is there.

    What is not written must go to the null block: nobody else writes there.
    """
    blocks = torch.where(written, blocks, 0)
    previous = cache[blocks, :, slots]
    cache[blocks, :, slots] = torch.where(written[..., None, None], states, previous)


def _gather(states: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
    """Rows of (NB, N, H, D) at `places` (NB, M)."""
    index = places[..., None, None].expand(*places.shape, *states.shape[2:])
    return states.gather(1, index)


def _attend(
    call: Paged | Window, keys: torch.Tensor, values: torch.Tensor, visible: torch.Tensor
) -> torch.Tensor:
    """Softmax of queries over keys (NB, H, N, D) where `visible` (NB, L, N), times values."""
    rows, heads, groups, length, size = call.query.shape
    visible = visible[:, None, None]
    query = call.query.float().reshape(rows, heads, groups * length, size)
    scores = query @ keys.float().transpose(-1, -2) * call.qk_scale.float()
    scores = scores.reshape(rows, heads, groups, length, -1).masked_fill(~visible, -torch.inf)
    largest = scores.amax(dim=-1, keepdim=True)
    if call.sinks is not None and call.sinks.shape[1]:
        sinks = call.sinks.float().reshape(heads, groups, 1, -1)
        largest = torch.maximum(largest, sinks.amax(dim=-1, keepdim=True))
    # A row that sees nothing stays at -inf, and -inf - -inf has no value.
    largest = torch.where(largest == -torch.inf, 0.0, largest)
    terms = torch.exp(scores - largest)
    total = terms.sum(dim=-1, keepdim=True)
    if call.sinks is not None and call.sinks.shape[1]:
        total = total + torch.exp(sinks - largest).sum(dim=-1, keepdim=True)
    # A weight of zero would not keep NaN out.
    seen = visible.any(dim=-2)[:, :, 0, :, None]
    values = torch.where(seen, values.float(), 0.0)
    result = terms.reshape(rows, heads, groups * length, -1) @ values
    result = result.reshape(rows, heads, groups, length, size)
    result = result / torch.where(total > 0, total, 1.0)
    return output_of(call.query).copy_(result)
