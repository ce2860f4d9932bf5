"""Which implementation runs on which device."""

import torch

from ..devices import implementation_for, wants_triton
from .torch_route import route_torch

__all__ = ["implementation_for", "route"]


def route(
    gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Route with the implementation for the device of `gating`.

    gating: (T, E) float32, bfloat16 or float16; topk: K; per_expert_scale: (E,) floating point.
    Returns weights (T, K) float32 and ids (T, K) int32. Raises as `arguments.check`.
    """
    if wants_triton(gating):
        # Imported on use, so that machines without Triton can route on the CPU.
        from .triton_route import route_triton

        return route_triton(gating, topk, per_expert_scale)
    return route_torch(gating, topk, per_expert_scale)
