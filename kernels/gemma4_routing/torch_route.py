"""Routing in plain torch: the fallback where Triton does not run."""

import math

import torch

from .arguments import check


def route_torch(
    gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Route with torch operations; any device, inside and outside tracing.

    gating: (T, E) float32, bfloat16 or float16; topk: K; per_expert_scale: (E,) floating point.

    Returns weights (T, K) float32 and ids (T, K) int32, both new and contiguous, in descending
    order of logits. Equal logits are taken lowest id first, and NaN counts as -inf, so that any
    row has K distinct ids and no NaN arises from the logits: of several +inf logits each takes an
    equal share, and so do the selected experts of a row that is all -inf.

    Raises as `arguments.check`.
    """
    check(gating, topk, per_expert_scale)
    logits = gating.to(torch.float32)
    logits = torch.where(logits.isnan(), -math.inf, logits)
    # torch.topk leaves the order of ties open; a stable sort keeps the lowest id first.
    ordered, experts = torch.sort(logits, dim=-1, descending=True, stable=True)
    selected, experts = ordered[:, :topk], experts[:, :topk]
    largest = selected[:, :1]
    # Subtracting an infinite maximum from itself gives NaN where the distance is 0.
    distance = torch.where(selected == largest, 0.0, selected - largest)
    terms = torch.exp(distance)
    weights = terms / terms.sum(dim=-1, keepdim=True)
    weights = weights * per_expert_scale.to(torch.float32)[experts]
    return weights.contiguous(), experts.to(torch.int32).contiguous()
