"""Contents of a tensor from which the largest K of each row are selected, by name.

Each pattern works row by row along the last axis. Those that put special values into rows leave
every second row ordinary, so that damage done to a neighbour is seen.
"""

from collections.abc import Callable

import torch

from conformance.inputs.patterns import Draw, Pattern
from conformance.tensors.dtypes import put_nan, ulp_steps


def _levels(draw: Draw) -> torch.Tensor:
    """Few different values: ties inside the selection, at its border and outside it."""
    return (draw.uniform(0, 4).floor() - 2.0) / 4


def _equal_rows(draw: Draw) -> torch.Tensor:
    rows = draw.normal()
    return rows[..., :1].expand(draw.shape) if rows.numel() else rows


def _border(draw: Draw) -> torch.Tensor:
    """The K-th and the (K+1)-th largest are equal, everything above them is distinct."""
    rank = draw.permutations()
    above = (draw.count or 1) - 1
    return torch.where(
        rank < above, 4.0 - rank / 64, torch.where(rank < above + 3, 1.0, -rank / 64)
    )


def _inside(draw: Draw) -> torch.Tensor:
    """All selected are equal, all others are smaller: the set is unique, the order is not."""
    rank = draw.permutations()
    return torch.where(rank < (draw.count or 1), 1.5, -1.0 - rank / 64)


def _one_ulp(draw: Draw) -> torch.Tensor:
    """Neighbouring floats in shuffled order: one ulp decides at the border of the selection."""
    return ulp_steps(1.0, draw.permutations(), draw.dtype)


def _one_ulp_negative(draw: Draw) -> torch.Tensor:
    return -ulp_steps(1.0, draw.permutations(), draw.dtype)


def _signed_zeros(draw: Draw) -> torch.Tensor:
    """+0 and -0 around the border: equal in value, different in bits."""
    rank = draw.permutations()
    above = (draw.count or 1) // 2
    zero = torch.where(draw.uniform() < 0.5, -0.0, 0.0)
    below = -1.0 - rank / 64
    size = 2 * (draw.count or 1)
    return torch.where(rank < above, 1.0 + rank / 64, torch.where(rank < above + size, zero, below))


def _sweep(draw: Draw) -> torch.Tensor:
    """Row t has its largest entry at t modulo the row's length: every id is reached."""
    values = draw.uniform(-1, 0)
    length = max(draw.shape[-1], 1)
    rows = torch.arange(values.numel() // length)
    values.view(-1, length)[rows, rows % length] = 1.0
    return values


def _all_negative(draw: Draw) -> torch.Tensor:
    return -1.0 - draw.uniform(0, 8)


def _spread(draw: Draw) -> torch.Tensor:
    """Differences beyond the range of a float32 exponential, of both signs."""
    return (draw.normal() * 200).clamp(-6e4, 6e4)


def _denormal_logits(draw: Draw) -> torch.Tensor:
    return draw.uniform(-1, 1).double() * torch.finfo(draw.dtype).smallest_normal


Fill = Callable[[torch.Tensor, torch.Tensor], None]
"""Writes into the chosen elements (bool) of a tensor."""


def _odd_rows(values: torch.Tensor) -> torch.Tensor:
    rows = torch.arange(values[..., 0].numel()) % 2 == 0
    return rows.view(values.shape[:-1])[..., None]


def _special(fill: Fill, part: float | None) -> Pattern:
    """Ordinary rows, and in every second one ``fill`` in ``part`` of the entries (None: in all)."""

    def make(draw: Draw) -> torch.Tensor:
        values = draw.normal().to(draw.dtype)
        chosen = torch.ones(draw.shape, dtype=torch.bool) if part is None else draw.some(part)
        fill(values, chosen & _odd_rows(values))
        return values

    return make


def _fill_nan(negative: bool) -> Fill:
    return lambda values, where: put_nan(values, where, negative=negative)


def _fill_infinity(sign: int) -> Fill:
    def fill(values: torch.Tensor, where: torch.Tensor) -> None:
        values.masked_fill_(where, sign * float("inf"))

    return fill


def _few_finite(draw: Draw) -> torch.Tensor:
    """In every second row fewer than K entries are finite, the others are -inf."""
    values = draw.normal().to(draw.dtype)
    rank = draw.permutations()
    finite = torch.randint(
        1, max(draw.count or 1, 2), (*draw.shape[:-1], 1), generator=draw.generator
    )
    return values.masked_fill_((rank >= finite) & _odd_rows(values), float("-inf"))


def _mixed(draw: Draw) -> torch.Tensor:
    """Finite numbers, infinities of both signs and NaN of both signs side by side."""
    values = draw.normal().to(draw.dtype)
    kind = draw.uniform()
    values[kind < 0.1] = float("inf")
    values[(kind >= 0.1) & (kind < 0.4)] = float("-inf")
    put_nan(values, (kind >= 0.4) & (kind < 0.5), negative=False)
    put_nan(values, (kind >= 0.5) & (kind < 0.6), negative=True)
    return values


TIES: dict[str, Pattern] = {
    "levels": _levels,
    "equal-rows": _equal_rows,
    "border": _border,
    "inside": _inside,
    "one-ulp": _one_ulp,
    "one-ulp-negative": _one_ulp_negative,
    "signed-zeros": _signed_zeros,
}

SPECIAL: dict[str, Pattern] = {
    "row-nan": _special(_fill_nan(False), 0.3),
    "row-negative-nan": _special(_fill_nan(True), 0.3),
    "row-all-nan": _special(_fill_nan(False), None),
    "row-all-negative-nan": _special(_fill_nan(True), None),
    "row-infinite": _special(_fill_infinity(1), 0.2),
    "row-negative-infinite": _special(_fill_infinity(-1), 0.4),
    "row-all-negative-infinite": _special(_fill_infinity(-1), None),
    "row-few-finite": _few_finite,
    "row-mixed": _mixed,
    "spread": _spread,
    "denormal-logits": _denormal_logits,
    "all-negative": _all_negative,
}

SELECTION_PATTERNS: dict[str, Pattern] = {**TIES, **SPECIAL, "sweep": _sweep}
