"""FlexAttention over a paged cache: a mask of blocks says which pages a sequence has.

The keys of all sequences lie in one pool of pages, of 128 tokens each, which all rows of the batch
share; the new tokens are there already.
"""

from collections.abc import Callable
from functools import cache, lru_cache, partial
from typing import Any

import torch
from torch.nn.attention.flex_attention import BlockMask, flex_attention

from ..table import KINDS, OperatorKind
from .held import held, pooled, scattered

PAGE = 128
"""Tokens of a page, and of a block of queries."""


def prepared(kind: OperatorKind, *values: torch.Tensor, mode: str) -> Callable[[], torch.Tensor]:
    """A compiled call for the arguments of an operator; `mode` is one of ``torch.compile``."""
    call = held(kind, values)
    rows, heads, groups, new, size = call.query.shape
    device = call.query.device
    table = scattered(rows, -(-call.length // PAGE), device)
    keys, cached = (
        pooled(each, table, PAGE).permute(2, 0, 1, 3).reshape(1, heads, -1, size).contiguous()
        for each in (call.keys, call.values)
    )
    query = call.query.reshape(rows, heads * groups, new, size).contiguous()
    mask, compiled = _mask(rows, call.length, new, call.window, device), _compiled(mode)

    def call_it() -> torch.Tensor:
        out = compiled(query, keys, cached, block_mask=mask, scale=call.scale, enable_gqa=True)
        result: torch.Tensor = out.view(rows, heads, groups, new, size)
        return result

    return call_it


FLEXIBLE: dict[str, Callable[..., Any]] = {
    name: partial(prepared, kind)
    for name, kind in KINDS.items()
    if not kind.masked and not kind.sinks
}
"""For each operator without masks and sinks, what prepares a call."""


def lacks() -> str:
    """Why it is not here; empty where it is."""
    import importlib.util

    found = importlib.util.find_spec("torch.nn.attention.flex_attention")
    return "" if found else "flex_attention wants torch 2.5 or newer"


@cache
def _compiled(mode: str) -> Callable[..., Any]:
    return torch.compile(flex_attention, mode=None if mode == "default" else mode, dynamic=False)


@lru_cache(maxsize=1)
def _mask(rows: int, length: int, new: int, window: int | None, device: torch.device) -> BlockMask:
    """Which pages each block of queries sees, in full or in part.

    Calls of one shape share it, or each would be compiled by itself.
    """
    table = scattered(rows, -(-length // PAGE), device)
    pages, start = table.shape[1], length - new
    number = torch.full((rows, rows * pages), -1, dtype=torch.long, device=device)
    number.scatter_(1, table, torch.arange(pages, device=device).expand(rows, pages))

    def visible(b: Any, h: Any, q: Any, place: Any) -> Any:
        page = number[b, place // PAGE]
        position = page * PAGE + place % PAGE
        seen = (page >= 0) & (position <= start + q)
        return seen & (start + q - position < window) if window else seen

    blocks = -(-new // PAGE)
    first = start + torch.arange(blocks, device=device)[:, None] * PAGE
    last = (first + PAGE - 1).clamp(max=length - 1)
    page = torch.arange(pages, device=device)[None, :]
    some, all_of = page * PAGE <= last, (page + 1) * PAGE - 1 <= first
    if window:
        some &= (page + 1) * PAGE - 1 > first - window
        all_of &= page * PAGE > last - window
    some &= ~all_of
    parts = [_listed(each, table) for each in (some, all_of & ~some)]
    return BlockMask.from_kv_blocks(
        *parts[0], *parts[1], BLOCK_SIZE=(PAGE, PAGE), mask_mod=visible,
        seq_lengths=(new, rows * pages * PAGE),
    )  # fmt: skip


def _listed(chosen: torch.Tensor, table: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """How many pages each block of queries has, (NB, 1, Q), and which, those first."""
    rows, pages = table.shape
    order = chosen.int().argsort(dim=1, descending=True, stable=True)
    count = chosen.sum(dim=1).int()
    places = table[:, order].int()
    # As many columns as the pool has pages: the mask is one of the whole pool.
    room = torch.zeros(rows, 1, len(chosen), rows * pages, dtype=torch.int32, device=table.device)
    room[:, 0, :, :pages] = places
    return count.expand(rows, 1, -1).contiguous(), room
