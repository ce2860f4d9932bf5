"""Routing row by row in Python's numbers: what is owed, written from the prose of the contract."""

import math
from collections.abc import Sequence

CERTAIN = 2.0**-126 * 2**10 * 2**6
"""A term above this is more than zero in float32: the smallest normal number, times what a softmax
over 1024 experts takes before it is normalised anew, times what the exponent's rounding takes."""


def selected(row: Sequence[float], count: int) -> list[int]:
    """The ids of the ``count`` largest, NaN above all, the lowest id first among equal ones."""
    left = list(range(len(row)))
    taken = []
    for _ in range(count):
        best = left[0]
        for expert in left[1:]:
            if _is_above(row[expert], row[best]):
                best = expert
        left.remove(best)
        taken.append(best)
    return taken


def _is_above(one: float, other: float) -> bool:
    return not math.isnan(other) and (math.isnan(one) or one > other)


def weights(row: Sequence[float], ids: Sequence[int], scale: Sequence[float]) -> list[float]:
    """The weight of each slot: its part of the softmax over the selected, times its scale."""
    return [part * scale[expert] for part, expert in zip(_parts(row, ids), ids, strict=True)]


def is_free(row: Sequence[float], ids: Sequence[int], scale: Sequence[float]) -> list[bool]:
    """Which slots may hold any weight."""
    logits = [row[expert] for expert in ids]
    nowhere = any(math.isnan(logit) for logit in row)
    nowhere |= any(logit == math.inf for logit in logits)
    nowhere |= all(logit == -math.inf for logit in logits)
    if nowhere:
        return [True] * len(ids)
    return [
        not math.isfinite(scale[expert]) and part < CERTAIN
        for part, expert in zip(_parts(row, ids), ids, strict=True)
    ]


def _parts(row: Sequence[float], ids: Sequence[int]) -> list[float]:
    logits = [row[expert] for expert in ids]
    largest = max(logits)
    if any(math.isnan(logit) for logit in logits) or math.isinf(largest):
        return [math.nan] * len(ids)  # inf - inf, or 0 / 0
    terms = [math.exp(logit - largest) for logit in logits]
    return [term / math.fsum(terms) for term in terms]
