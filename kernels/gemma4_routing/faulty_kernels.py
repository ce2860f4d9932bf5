"""Planted faults in Triton kernels: right results, but memory touched that is not its own, or a
kernel that Triton's compiler does not take."""

import torch
import triton
import triton.language as tl

from .arguments import check
from .torch_route import route_torch

SLOTS_PER_PROGRAM = 128


@triton.jit
def _scale_kernel(
    softmax_pointer,
    ids_pointer,
    scale_pointer,
    weights_pointer,
    total,
    scale_stride,
    EXPERTS: tl.constexpr,
    BLOCK_EXPERTS: tl.constexpr,
    SLOTS: tl.constexpr,
    READ_BEYOND: tl.constexpr,
    WRITE_BEYOND: tl.constexpr,
):
    # A shortcut for scales that are all zero looks at each of them first.
    experts = tl.arange(0, BLOCK_EXPERTS)
    scale_offsets = experts.to(tl.int64) * scale_stride
    read = experts < EXPERTS + READ_BEYOND
    every = tl.load(scale_pointer + scale_offsets, mask=read, other=0.0).to(tl.float32)
    effective = tl.sum(tl.where((experts < EXPERTS) & (every != 0.0), 1, 0), axis=0)

    slots = tl.program_id(0).to(tl.int64) * SLOTS + tl.arange(0, SLOTS)
    inside = slots < total
    softmax = tl.load(softmax_pointer + slots, mask=inside, other=0.0)
    ids = tl.load(ids_pointer + slots, mask=inside, other=0).to(tl.int64)
    scale = tl.load(scale_pointer + ids * scale_stride, mask=inside, other=0.0).to(tl.float32)
    weights = tl.where(effective > 0, softmax * scale, 0.0)
    tl.store(weights_pointer + slots, weights, mask=slots < total + WRITE_BEYOND)


def _route(
    gating: torch.Tensor,
    topk: int,
    per_expert_scale: torch.Tensor,
    read_beyond: int,
    write_beyond: int,
) -> tuple[torch.Tensor, torch.Tensor]:
    check(gating, topk, per_expert_scale)
    experts = gating.shape[1]
    softmax, ids = route_torch(gating, topk, torch.ones_like(per_expert_scale))
    total = ids.numel()
    # The kernel gets all but the last element of this, so that a write beyond its argument does
    # no harm where nothing stops it.
    memory = torch.empty(total + write_beyond, dtype=torch.float32, device=gating.device)
    weights = memory[:total]
    if total:
        _scale_kernel[(triton.cdiv(total + write_beyond, SLOTS_PER_PROGRAM),)](
            softmax,
            ids,
            per_expert_scale,
            weights,
            total,
            per_expert_scale.stride(0),
            EXPERTS=experts,
            BLOCK_EXPERTS=triton.next_power_of_2(experts + 1),
            SLOTS=SLOTS_PER_PROGRAM,
            READ_BEYOND=read_beyond,
            WRITE_BEYOND=write_beyond,
        )
    return weights.view(ids.shape), ids


def read_beyond_scale(
    gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Route, reading one element behind the scales and discarding it. Runs where Triton does."""
    return _route(gating, topk, per_expert_scale, read_beyond=1, write_beyond=0)


def write_beyond_weights(
    gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Route, storing one element behind the weights. Runs where Triton does."""
    return _route(gating, topk, per_expert_scale, read_beyond=0, write_beyond=1)


@triton.jit
def _copy_kernel(source, target, total, BLOCK: tl.constexpr):
    # The count starts as an int and goes on as a float: no compiler of Triton takes that.
    copied = 0
    for start in range(0, total, BLOCK):
        slots = start + tl.arange(0, BLOCK)
        tl.store(target + slots, tl.load(source + slots, mask=slots < total), mask=slots < total)
        copied += 1.0


def count_of_two_types(
    gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Route, and copy the weights by a kernel that runs in lockstep and that Triton refuses."""
    check(gating, topk, per_expert_scale)
    weights, ids = route_torch(gating, topk, per_expert_scale)
    copied = torch.empty_like(weights)
    if weights.numel():
        _copy_kernel[(1,)](weights, copied, weights.numel(), BLOCK=SLOTS_PER_PROGRAM)
    return copied, ids
