"""Routing in plain torch: the fallback where Triton does not run."""

import math

import torch

from .arguments import check

_BITS = {torch.float32: torch.int32, torch.bfloat16: torch.int16, torch.float16: torch.int16}
_WITHOUT_FLOAT64 = frozenset({"mps"})
"""Device types."""
_BEYOND = 1e39
"""What infinite logits become before a softmax in float64: more than any float32 is apart from it,
so that they stay alone with their like, and a finite number, so that no NaN arises."""


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
    if gating.device.type in _WITHOUT_FLOAT64:
        return route_by_sorting(gating, topk, per_expert_scale)
    numbers = torch.nan_to_num(gating, nan=-math.inf, posinf=math.inf, neginf=-math.inf)
    logits = numbers.double()
    # torch.topk leaves the order of ties open, so that no two keys may be equal. The magnitude of
    # the bits with the sign of the logit ascends as the logits do, and -0 equals 0. It has 31 bits
    # at most, E has 16, and float64 holds 53.
    order = torch.copysign(numbers.abs().view(_BITS[gating.dtype]), logits)
    ids = torch.arange(gating.shape[1], dtype=torch.float64, device=gating.device)
    experts = torch.sub(order, ids, alpha=2**-16).topk(topk)[1]
    selected = logits.gather(1, experts).nan_to_num_(posinf=_BEYOND, neginf=-_BEYOND)
    weights = torch.softmax(selected, dim=1).mul_(per_expert_scale.take(experts))
    return weights.float(), experts.int()


def route_by_sorting(
    gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """As `route_torch` without float64, for arguments that have been checked: takes longer."""
    logits = gating.to(torch.float32)
    logits = torch.where(logits.isnan(), -math.inf, logits)
    ordered, experts = torch.sort(logits, dim=-1, descending=True, stable=True)
    selected, experts = ordered[:, :topk], experts[:, :topk]
    largest = selected[:, :1]
    # Subtracting an infinite maximum from itself gives NaN where the distance is 0.
    distance = torch.where(selected == largest, 0.0, selected - largest)
    terms = torch.exp(distance)
    weights = terms / terms.sum(dim=-1, keepdim=True)
    weights = weights * per_expert_scale.to(torch.float32)[experts]
    return weights.contiguous(), experts.to(torch.int32).contiguous()
