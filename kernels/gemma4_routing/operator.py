"""Registration with PyTorch: `torch.ops.conformance_kernels.gemma4_routing`.

Importing this module registers the operator; importing or reloading it again is harmless.
"""

import torch

from .arguments import check
from .dispatch import route

NAME = "conformance_kernels::gemma4_routing"


@torch.library.custom_op(NAME, mutates_args=())
def gemma4_routing(
    gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Weights (T, K) float32 and ids (T, K) int32 of the K largest logits of each token.

    Kernel for every device; `dispatch.route` says what runs. The dispatcher turns a bool `topk`
    into an int before it gets here, so that only direct calls of an implementation reject it.
    """
    return route(gating, topk, per_expert_scale)


@gemma4_routing.register_fake
def _fake(
    gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    check(gating, topk, per_expert_scale)
    shape = (gating.shape[0], topk)
    return gating.new_empty(shape, dtype=torch.float32), gating.new_empty(shape, dtype=torch.int32)
