"""Rows that routing kernels get wrong, and what is owed for them."""

import math

import torch

INFINITY, NAN = math.inf, math.nan

ROWS = torch.tensor(
    [
        [1.0, 3.0, 2.0, 0.0, -1.0, 5.0, 4.0],
        [2.0] * 7,
        [-INFINITY] * 7,
        [NAN] * 7,
        [-INFINITY, -INFINITY, 1.0, -INFINITY, -INFINITY, 2.0, -INFINITY],
        [0.0, INFINITY, 1.0, INFINITY, -INFINITY, 2.0, 3.0],
        [NAN, 1.0, NAN, 3.0, NAN, -INFINITY, NAN],
        [0.0, -0.0, 0.0, -0.0, -1.0, -0.0, -2.0],
        [-1.0, -3.0, -2.0, -7.0, -5.0, -4.0, -6.0],
        [3e38, -3e38, 100.0, -100.0, 1e-40, -1e-40, 0.0],
    ]
)
NEGATIVE_NAN = torch.tensor([-0x400000], dtype=torch.int32).view(torch.float32)
SCALE = torch.tensor([1.0, -2.0, 0.5, 0.0, 3.0, 1.5, 0.25])


def rows_with_negative_nan() -> torch.Tensor:
    """`ROWS` with the sign bit of every NaN set, as x86 arithmetic produces it."""
    return torch.where(ROWS.isnan(), NEGATIVE_NAN, ROWS)


def check_result(gating, topk, scale, weights, ids):
    """Assert the contract: ids exactly, weights within 2e-6 |w| + 1e-7 max(1, |scale|)."""
    from conformance_kernels.gemma4_routing.reference import reference, unspecified

    tokens, experts = gating.shape
    assert weights.shape == ids.shape == (tokens, topk)
    assert (weights.dtype, ids.dtype) == (torch.float32, torch.int32)
    assert ((ids >= 0) & (ids < experts)).all()
    assert all(len(set(row)) == topk for row in ids.tolist())
    exact = gating.double()
    ordered = ~exact.isnan().any(dim=1)
    chosen = exact.gather(1, ids.long()).sort(dim=1, descending=True).values
    wanted = exact.sort(dim=1, descending=True).values[:, :topk]
    assert torch.equal(chosen[ordered], wanted[ordered])
    oracle, _ = reference(exact, topk, scale.double(), ids=ids)
    free = unspecified(exact, topk, scale, ids)
    allowed = 2e-6 * oracle.abs() + 1e-7 * scale.double()[ids.long()].abs().clamp(min=1)
    good = (weights == oracle) | (weights.isnan() & oracle.isnan()) | free
    good |= (weights.double() - oracle).abs() <= allowed
    assert good.all(), (weights[~good], oracle[~good])
