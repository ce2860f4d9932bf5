"""Are floats within their budget of the fp64 oracle?"""

from typing import NamedTuple

import numpy as np
import torch

from conformance.contract import Budget
from conformance.events.finding import Finding, Kind
from conformance.judge.used import BudgetUsed

OVERFLOW = {
    torch.float8_e4m3fn: 464.0,
    torch.float8_e4m3fnuz: 248.0,
    torch.float8_e5m2fnuz: 61440.0,
}
"""The dtypes without an infinity, and from where on numbers round to none of theirs: half a step
above the largest. Hardware and torch saturate there or give NaN, and releases of torch differ."""


def judge_floats(
    name: str,
    got: torch.Tensor,
    oracle: torch.Tensor,
    budget: Budget,
    magnitude: torch.Tensor | None = None,
    open_elements: torch.Tensor | None = None,
    first_row: int = 0,
    used: BudgetUsed | None = None,
) -> Finding | None:
    """The worst element of ``got`` (any dtype) that lies outside the budget, if any.

    ``oracle`` float64 of the same shape. NaN and infinities must be met exactly, as the oracle has
    them after rounding to the dtype of ``got``: 40000 * 40000 is infinite in float16. Near the end
    of the dtype's range, the infinity is right wherever a number within the budget rounds to it.
    ``magnitude`` is the tensor that :class:`~conformance.contract.Budget` describes, gathered to
    the same shape. ``open_elements`` (bool) are not judged.
    ``used`` is told the largest error as a share of what is allowed.
    """
    near = nearness(got, oracle, budget, magnitude, open_elements)
    good, allowed, error, value, rounded = near[:5]
    fine = bool(good.all())
    if fine and used is None:
        return None
    shares = (error / allowed).nan_to_num(nan=torch.inf)
    if used is not None and good.numel():
        # What is right whatever the error says: the same number, an infinity, an open element.
        exempt = near.same | (good & ~(error <= allowed))
        if open_elements is not None:
            exempt |= open_elements
        used.note(name, float(torch.where(exempt, 0.0, shares).max()))
    if fine:
        return None
    excess = torch.where(good, -1.0, shares)
    place = int(excess.argmax())
    # Not torch's: it imports sympy.
    where = [int(i) for i in np.unravel_index(place, tuple(got.shape))]
    off, limit = float(error.reshape(-1)[place]), float(allowed.reshape(-1)[place])
    if where:
        where[0] += first_row
    return Finding(
        name,
        f"off by {off:.3g}, allowed {limit:.3g} ({int((~good).sum())} of {good.numel()} elements)",
        repr(float(value.reshape(-1)[place])),
        repr(float(rounded.reshape(-1)[place] if rounded.reshape(-1)[place].isinf()
                   else oracle.reshape(-1)[place])),
        "element [" + ", ".join(map(str, where)) + "]",
        kind=Kind.VALUE,
    )  # fmt: skip


class Nearness(NamedTuple):
    """For each element: whether it is right, how far it may be off, how far it is, what it is in
    float64, the oracle as the dtype holds it, and whether it is that."""

    good: torch.Tensor
    allowed: torch.Tensor
    error: torch.Tensor
    value: torch.Tensor
    rounded: torch.Tensor
    same: torch.Tensor


def nearness(
    got: torch.Tensor,
    oracle: torch.Tensor,
    budget: Budget,
    magnitude: torch.Tensor | None = None,
    open_elements: torch.Tensor | None = None,
) -> Nearness:
    """How each element of ``got`` stands to the oracle; arguments as in :func:`judge_floats`."""
    value = got.double()
    error = (value - oracle).abs()
    scale = 1.0 if magnitude is None else magnitude
    allowed = budget.relative * oracle.abs() + budget.absolute * scale + budget.smallest
    rounded = _rounded(oracle, got.dtype)
    same = (value == rounded) | (value.isnan() & rounded.isnan())
    good = same | (oracle.isfinite() & (error <= allowed))
    # A number within the budget may lie beyond the dtype's range.
    farthest = _rounded(oracle + allowed * oracle.sign(), got.dtype)
    good |= value.isinf() & (value == farthest)
    if got.dtype in OVERFLOW:
        good |= _overflown(value, oracle, oracle.abs() + allowed, got.dtype)
    if open_elements is not None:
        good |= open_elements
    limits = torch.as_tensor(allowed).expand(got.shape)
    return Nearness(good, limits, error, value, rounded, same)


def _overflown(
    value: torch.Tensor, oracle: torch.Tensor, largest: torch.Tensor, dtype: torch.dtype
) -> torch.Tensor:
    """Where numbers as large as ``largest`` are owed that ``dtype`` lacks, and it says so."""
    saturated = oracle.sign() * torch.finfo(dtype).max
    # Not `>=`: what is allowed of an infinity is no number.
    return ~(largest < OVERFLOW[dtype]) & (value.isnan() | (value == saturated))


def _rounded(numbers: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """The numbers as ``dtype`` holds them, in float64."""
    return numbers.to(dtype).double() if dtype.is_floating_point else numbers
