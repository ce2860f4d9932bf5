"""What each sequence of a call holds, new tokens included: for peers with a layout of their own.

This is laid out before anything is measured, so a peer that begins from it appends nothing.
"""

from dataclasses import dataclass

import torch

from ..table import OperatorKind


@dataclass(frozen=True)
class Held:
    """Sequences of one length, whose keys lie next to each other."""

    query: torch.Tensor
    """(NB, H, G, L, D)."""
    keys: torch.Tensor
    """(NB, H, N, D)."""
    values: torch.Tensor
    window: int | None
    """How many tokens a query sees at most, its own included; None: all."""
    scale: float

    @property
    def length(self) -> int:
        """Tokens of each sequence, the new ones included."""
        return int(self.keys.shape[2])


def held(kind: OperatorKind, values: tuple[torch.Tensor, ...]) -> Held:
    """What the sequences of a call hold. Raises `ValueError` where they hold different lengths."""
    given = dict(zip(kind.taken, values, strict=False))
    query, cache = given["query"], given["kv_cache"]
    rows = query.shape[0]
    table = given["block_table"].long().reshape(rows, -1)
    first = given["cache_seq_len"] if kind.window else given["seq_idx"]
    starts = first.long().sum(dim=1)
    start = int(starts[0])
    if bool((starts != start).any()):
        raise ValueError("its sequences hold different numbers of tokens")
    sides = []
    for side, name in enumerate(("key", "value")):
        old = cache[side, :, :, 0][table].transpose(1, 2).flatten(2, 3)[:, :, :start]
        sides.append(torch.cat([old, given[name][:, :, 0].to(cache.dtype)], dim=2).to(query.dtype))
    window = cache.shape[4] if kind.window else None
    return Held(query, sides[0], sides[1], window, float(given["qk_scale"]))


def scattered(rows: int, pages: int, device: torch.device) -> torch.Tensor:
    """Pages of sequences (NB, N) somewhere in a pool of NB * N, as they come to lie in serving."""
    generator = torch.Generator().manual_seed(rows * 1_000_003 + pages)
    order = torch.randperm(rows * pages, generator=generator)
    return order.reshape(rows, pages).to(device)


def pooled(sequences: torch.Tensor, table: torch.Tensor, slots: int) -> torch.Tensor:
    """Keys or values (NB, H, N, D) in pages of `slots` tokens: (pages, slots, H, D)."""
    rows, heads, length, size = sequences.shape
    pages = table.shape[1]
    pool = sequences.new_zeros(rows * pages, slots, heads, size)
    padded = torch.nn.functional.pad(sequences, (0, 0, 0, pages * slots - length))
    parts = padded.reshape(rows, heads, pages, slots, size).permute(0, 2, 3, 1, 4)
    pool[table] = parts
    return pool
