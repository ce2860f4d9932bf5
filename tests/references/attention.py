"""Attention over a cache in blocks, position by position: what is owed, written from the prose.

The contract's prose is `design/rbln-ops.md` and the docstring of `reference.defined`; nothing of
its code is used. Numbers are Python's: products of float32 numbers are exact, sums are exact sums.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

from .numbers import bits, rounded

SMALLEST_WEIGHT = 2.0**-96
"""What a weight may be off by because float32 flushes it."""


@dataclass(frozen=True)
class Wanted:
    """What a call owes."""

    output: np.ndarray
    magnitude: np.ndarray
    free_output: np.ndarray
    """Whether an element of the output may be anything."""
    cache: torch.Tensor
    """Bits, as signed integers."""
    free_cache: np.ndarray


class Call:
    """One call, by what it means: who is live, where a position lies, who sees whom."""

    def __init__(self, name: str, given: Mapping[str, torch.Tensor]) -> None:
        self.given = given
        self.window = name.startswith("sliding_window")
        self.masked = "causal" not in name and not self.window
        self.rows, self.heads, self.groups, self.new, self.size = given["query"].shape
        self.slots = given["kv_cache"].shape[4]
        table = given["block_table"].tolist()
        self.tables = [table] if given["block_table"].dim() == 1 else table

    def number(self, name: str, *place: int) -> float:
        return float(self.given[name][place])

    def held(self, row: int) -> int:
        """Tokens that the cache holds before the call."""
        if self.window:
            return int(self.number("cache_seq_len", row, 0))
        # In each block of a sequence, or altogether in the first column.
        return sum(int(count) for count in self.given["seq_idx"][row].tolist())

    def arrived(self, row: int) -> int:
        """Tokens that the call brings; behind them a chunk is padding."""
        if self.window:
            return int(self.number("cache_offset", row, 0)) - self.held(row)
        return self.new

    def is_live(self, row: int) -> bool:
        """Block 0 belongs to nobody: a row that has no other block is padding."""
        if self.window:
            return self.arrived(row) > 0
        return any(block != 0 for block in self.tables[row])

    def place(self, row: int, position: int) -> tuple[int, int]:
        """Block and slot in which a position that is held lies before the call."""
        return self.tables[row][position // self.slots], position % self.slots

    def place_afterwards(self, row: int, position: int) -> tuple[int, int] | None:
        """Block and slot in which a position lies after the call; None if it is dropped.

        A window keeps the last tokens, in order, the oldest first.
        """
        if not self.window:
            return self.place(row, position)
        dropped = max(0, self.held(row) + self.arrived(row) - self.slots)
        return (self.tables[row][0], position - dropped) if position >= dropped else None

    def sees(self, row: int, token: int, position: int) -> bool:
        own = self.held(row) + token
        if self.masked:
            return self.number("mask", row, 0, 0, token, position) > 0
        if self.window:
            return own - self.slots < position <= own
        return position <= own

    def element(self, row: int, side: int, head: int, position: int, at: int) -> float:
        """One number of a key (side 0) or value (side 1), as the cache holds it."""
        if position < self.held(row):
            block, slot = self.place(row, position)
            return self.number("kv_cache", side, block, head, 0, slot, at)
        new = self.number(("key", "value")[side], row, head, 0, position - self.held(row), at)
        return rounded(new, self.given["kv_cache"].dtype)

    def sinks(self, head: int, group: int) -> list[float]:
        """Logits of a query head that take weight, and have no value."""
        if self.given.get("sinks") is None:
            return []
        return [float(sink) for sink in self.given["sinks"][head * self.groups + group].tolist()]


def wanted(name: str, given: Mapping[str, torch.Tensor]) -> Wanted:
    """What operator ``name`` owes; ``given`` are its arguments by name, as a subject gets them."""
    call = Call(name, given)
    shape = tuple(given["query"].shape)
    output, magnitude = np.zeros(shape), np.zeros(shape)
    free = np.ones(shape, dtype=bool)
    cache, free_cache = _caches(call)
    for row in filter(call.is_live, range(call.rows)):
        _fill_cache(call, row, cache, free_cache)
        for head in range(call.heads):
            sides = [_side(call, row, side, head) for side in (0, 1)]
            for token in range(call.arrived(row)):
                seen = [at for at in range(len(sides[0])) if call.sees(row, token, at)]
                if not seen:
                    continue
                for group in range(call.groups):
                    place = (row, head, group, token)
                    query = [call.number("query", *place, at) for at in range(call.size)]
                    keys, values = ([side[at] for at in seen] for side in sides)
                    output[place], magnitude[place] = _attend(
                        query, keys, values, call.number("qk_scale"), call.sinks(head, group)
                    )
                    free[place] = False
    return Wanted(output, magnitude, free, cache, free_cache)


def _side(call: Call, row: int, side: int, head: int) -> list[list[float]]:
    """All keys or values of a row's sequence: (positions, D)."""
    length = call.held(row) + call.arrived(row)
    return [
        [call.element(row, side, head, position, at) for at in range(call.size)]
        for position in range(length)
    ]


def _caches(call: Call) -> tuple[torch.Tensor, np.ndarray]:
    cache = call.given["kv_cache"]
    signed = {2: torch.int16, 4: torch.int32}[cache.element_size()]
    free = np.zeros(tuple(cache.shape), dtype=bool)
    free[:, 0] = True
    return cache.clone(memory_format=torch.contiguous_format).view(signed), free


def _fill_cache(call: Call, row: int, cache: torch.Tensor, free: np.ndarray) -> None:
    """Put every position where it lies afterwards; open is what the last block holds behind."""
    dtype, length = call.given["kv_cache"].dtype, call.held(row) + call.arrived(row)
    before = cache.clone()
    last = None
    for position in range(length):
        place = call.place_afterwards(row, position)
        if place is None:
            continue
        block, slot = last = place
        if position < call.held(row):
            old_block, old_slot = call.place(row, position)
            cache[:, block, :, :, slot] = before[:, old_block, :, :, old_slot]
            continue
        for side in (0, 1):
            for head in range(call.heads):
                for at in range(call.size):
                    number = call.element(row, side, head, position, at)
                    cache[side, block, head, 0, slot, at] = bits(number, dtype)
    assert last is not None
    free[:, last[0], :, :, last[1] + 1 :] = True


def _attend(query, keys, values, scale, sinks) -> tuple[list[float], list[float]]:
    """Output and magnitude (D) of one query over the keys that it sees."""
    scores = [math.fsum(q * k for q, k in zip(query, key, strict=True)) * scale for key in keys]
    largest = max([*scores, *sinks])
    terms = [math.exp(score - largest) for score in scores]
    total = math.fsum([*terms, *(math.exp(sink - largest) for sink in sinks)])
    sizes = [
        math.fsum(abs(q * k) for q, k in zip(query, key, strict=True)) * abs(scale) for key in keys
    ]
    grown = 1 + max(sizes) + max((abs(sink) for sink in sinks), default=0.0)
    columns = range(len(query))
    output = [
        math.fsum(term / total * value[at] for term, value in zip(terms, values, strict=True))
        for at in columns
    ]
    spread = [
        math.fsum(
            (term / total + SMALLEST_WEIGHT) * abs(value[at])
            for term, value in zip(terms, values, strict=True)
        )
        for at in columns
    ]
    return output, [grown * each for each in spread]
