"""What the operator means, written for reading: the definition in plain torch.

It computes in the dtype of its arguments, so that float64 copies of a case give the oracle.
"""

import torch

# Below this a softmax term may be zero in float32. The smallest normal float32 is 2**-126, and a
# softmax over all E <= 1024 experts that is renormalised afterwards passes through values that
# are up to 2**10 times smaller than its result; 2**6 more cover the rounding of the exponent.
SMALLEST_CERTAIN_TERM = 2.0**-110


def reference(
    gating: torch.Tensor,
    topk: int,
    per_expert_scale: torch.Tensor,
    *,
    ids: torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Softmax over the K largest logits of each row, times the scale of each selected expert.

    gating: (T, E) floating point; topk: K; per_expert_scale: (E,) floating point.
    ids: (T, K), any integer dtype, valid and distinct in each row. If given, the weights are
    those of exactly these experts, slot by slot, however they were selected.

    Returns weights (T, K) in the dtype of `gating` and ids (T, K) int32. Without `ids` equal
    logits are taken lowest id first and NaN is the largest, as torch orders it.

    Weights are what the formula gives, NaN included; `unspecified` tells which are binding.
    Arguments are taken to be right: validation is owed by implementations, not by the definition.
    """
    if ids is None:
        ids = torch.sort(gating, dim=-1, descending=True, stable=True).indices[:, :topk]
    selected = gating.gather(1, ids.long())
    weights = torch.softmax(selected, dim=-1) * per_expert_scale.to(gating.dtype)[ids.long()]
    return weights, ids.to(torch.int32)


def unspecified(
    gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor, ids: torch.Tensor
) -> torch.Tensor:
    """Which weights an implementation may choose freely: bool (T, K), slot by slot of `ids`.

    Arguments as for `reference`. Free are

    - rows with a NaN logit anywhere, for NaN has no place in the order;
    - rows in which a selected logit is +inf, for inf - inf has no value;
    - rows in which every selected logit is -inf, for 0 / 0 has no value;
    - slots whose scale is infinite or NaN while the softmax term is zero, or is so small that
      float32 may make it zero, for inf * 0 has no value.

    Ids are never free, and neither is a weight with such a scale and a term above zero: it is
    infinite or NaN as the product of both.
    """
    ids = ids.long()
    logits = gating.double()
    selected = logits.gather(1, ids)
    rows = logits.isnan().any(dim=-1)
    rows |= (selected == torch.inf).any(dim=-1)
    rows |= (selected == -torch.inf).all(dim=-1)
    vanishing = torch.softmax(selected, dim=-1) < SMALLEST_CERTAIN_TERM
    slots = vanishing & ~per_expert_scale[ids].isfinite()
    return rows[:, None] | slots


def open_weights(
    gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor, ids: torch.Tensor
) -> dict[str, torch.Tensor]:
    """`unspecified` by the name of the output that it concerns, as contracts have it."""
    return {"weights": unspecified(gating, topk, per_expert_scale, ids)}
