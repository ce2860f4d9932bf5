"""Routing as one Triton kernel: sort keys, softmax and scale without leaving the registers."""

import torch

from ..devices import current, is_current
from .arguments import check
from .launch_shapes import steps, usual_shape
from .launching import Launch

_PLAIN_TYPES = (torch.Tensor, torch.nn.Parameter)
_LARGEST = 2**31 - 1
"""Bytes of the largest tensor of a plain launch: compilers may make others of larger ones."""


class _Plan:
    """What calls with the same dtypes, E, K and device have in common."""

    __slots__ = ("launches", "most_tokens")

    def __init__(self, gating: torch.Tensor, topk: int) -> None:
        experts = gating.shape[1]
        self.launches = [
            (_LARGEST if most is None else most, Launch(shape, experts, topk))
            for most, shape in steps(gating.device, gating.dtype, experts, topk)
        ]
        self.most_tokens = _LARGEST // max(experts * gating.itemsize, topk * 4)

    def launch(self, tokens: int) -> Launch:
        for most, launch in self.launches:
            if tokens <= most:
                return launch
        return self.launches[-1][1]


_plans: dict[tuple[object, ...] | None, _Plan] = {}


def route_triton(
    gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Route with one launch of a Triton kernel, on whatever device the tensors are.

    gating: (T, E) float32, bfloat16 or float16; topk: K; per_expert_scale: (E,) floating point.
    Both are read through their strides, never copied. T = 0 launches nothing.

    Returns weights (T, K) float32 and ids (T, K) int32, both new and contiguous, in descending
    order of logits, with the ties and special values of `torch_route.route_torch`.

    Raises as `arguments.check`.
    """
    kind = _kind(gating, topk, per_expert_scale)
    plan = _plans.get(kind)
    if plan is None:
        check(gating, topk, per_expert_scale)
        if kind is None:
            return _route(gating, topk, per_expert_scale)
        plan = _plans[kind] = _Plan(gating, topk)
    tokens, device = gating.shape[0], gating.device
    weights = torch.empty((tokens, topk), dtype=torch.float32, device=device)
    ids = torch.empty((tokens, topk), dtype=torch.int32, device=device)
    if tokens == 0:
        return weights, ids
    launch = plan.launch(tokens)
    plain = (
        tokens <= plan.most_tokens
        and gating.is_contiguous()
        and per_expert_scale.is_contiguous()
        and not gating.is_neg()
        and not per_expert_scale.is_neg()
        and is_current(device)
    )
    if plain and not ((gating.data_ptr() | per_expert_scale.data_ptr()) & 15):
        launch.run_plain(gating, per_expert_scale, weights, ids, tokens)
    else:
        _launch(launch, gating, per_expert_scale, weights, ids)
    return weights, ids


def _kind(
    gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor
) -> tuple[object, ...] | None:
    """What a plan depends on; None for tensors and numbers that are not plain ones.

    Whatever `check` refuses differs in it from what it accepts.
    """
    if (
        type(topk) is not int
        or type(gating) not in _PLAIN_TYPES
        or type(per_expert_scale) not in _PLAIN_TYPES
        or torch.compiler.is_compiling()
    ):
        return None
    return (
        topk,
        gating.dtype,
        gating.device,
        gating.shape[1:],
        per_expert_scale.dtype,
        per_expert_scale.device,
        per_expert_scale.shape,
    )


def _route(
    gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Route what has been checked and may be traced."""
    tokens, experts = gating.shape
    weights = torch.empty(tokens, topk, dtype=torch.float32, device=gating.device)
    ids = torch.empty(tokens, topk, dtype=torch.int32, device=gating.device)
    if tokens == 0:
        return weights, ids
    # What was measured is read from a file, which no compiler follows.
    shape = usual_shape(tokens, experts, topk)
    _launch(Launch(shape, experts, topk), gating, per_expert_scale, weights, ids)
    return weights, ids


def _launch(
    launch: Launch,
    gating: torch.Tensor,
    per_expert_scale: torch.Tensor,
    weights: torch.Tensor,
    ids: torch.Tensor,
) -> None:
    # The kernel sees bytes only: a view that is negated lazily must be written out first.
    gating, per_expert_scale = gating.resolve_neg(), per_expert_scale.resolve_neg()
    with current(gating.device):
        launch.run(gating, per_expert_scale, weights, ids)
