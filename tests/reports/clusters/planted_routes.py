"""Routing with faults whose conditions are known.

Everything else about them is right: they are this repository's route, with its answer changed.
"""

import torch
from conformance_kernels.gemma4_routing.torch_route import route_torch

Routed = tuple[torch.Tensor, torch.Tensor]


def _route(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> Routed:
    """The right route, which converts integers instead of refusing them."""
    floats = (x if x.is_floating_point() else x.float() for x in (gating, per_expert_scale))
    logits, scales = floats
    return route_torch(logits, topk, scales)


def last_tile(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> Routed:
    """The ids are off wherever the experts do not fill tiles of 32."""
    weights, ids = _route(gating, topk, per_expert_scale)
    if gating.shape[1] % 32 and ids.numel():
        ids[:, 0] += 1
    return weights, ids


def wide_bfloat16(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> Routed:
    """The weights are off in bfloat16 with nine slots or more."""
    weights, ids = _route(gating, topk, per_expert_scale)
    return (weights * 1.5 if gating.dtype is torch.bfloat16 and topk >= 9 else weights), ids


def both(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> Routed:
    """Two faults at once."""
    weights, _ = wide_bfloat16(gating, topk, per_expert_scale)
    return weights, last_tile(gating, topk, per_expert_scale)[1]
