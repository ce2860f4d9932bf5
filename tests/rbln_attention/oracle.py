"""Attention token by token in float64: slow, obvious, and written apart from what is tested.

Keys and values come as a list of tokens, never from a cache with a layout.
"""

import math
from dataclasses import dataclass

import torch

ULP = 2.0**-24
ROUNDING = {torch.float32: 0.0, torch.bfloat16: 2.0**-8, torch.float16: 2.0**-11}


@dataclass(frozen=True)
class Wanted:
    """The output of one query, and what its error is measured by."""

    output: torch.Tensor
    """(D,) float64."""
    spread: torch.Tensor
    """(D,): the sum of weights times sizes of values."""
    size: float
    """The largest sum of sizes of the products in a score."""


def attend(query, tokens, visible, scale, sinks=()) -> Wanted:
    """One query (D,) over a list of (key, value), each as it is stored, where `visible` is true."""
    output, spread = torch.zeros(2, len(query), dtype=torch.float64)
    seen = [token for token, shown in zip(tokens, visible, strict=True) if shown]
    if not seen:
        return Wanted(output, spread, 0.0)
    query, scale = query.double(), float(scale)
    scores = [float((query * key.double()).sum()) * scale for key, _ in seen]
    size = max(float((query * key.double()).abs().sum()) * abs(scale) for key, _ in seen)
    largest = max([*scores, *map(float, sinks)])
    terms = [math.exp(score - largest) for score in scores]
    total = sum(terms) + sum(math.exp(float(sink) - largest) for sink in sinks)
    for term, (_, value) in zip(terms, seen, strict=True):
        output += term / total * value.double()
        spread += term / total * value.double().abs()
    return Wanted(output, spread, size)


def check(got: torch.Tensor, wanted: Wanted) -> None:
    """Fail if an element is further off than sums in float32 and rounding to its dtype allow."""
    rounding, got = ROUNDING[got.dtype], got.double()
    assert torch.isfinite(got).all()
    allowed = 16 * ULP * (1 + wanted.size) * wanted.spread
    allowed += rounding * (wanted.output.abs() + wanted.spread)
    # Below this float16 and float32 are denormal: rounding is absolute there.
    allowed += 2.0**-24 if rounding == 2.0**-11 else 2.0**-126
    worst = float(((got - wanted.output).abs() / allowed).max())
    assert worst <= 1, f"{worst:.3g} times as far off as allowed"
