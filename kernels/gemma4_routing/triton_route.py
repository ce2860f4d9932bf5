"""Routing as one Triton kernel: sort keys, softmax and scale without leaving the registers."""

import torch
import triton
import triton.language as tl

from ..devices import current
from .arguments import check

# Elements of a tile and of one warp's share of it. A tile this small sorts in registers, and
# narrow rows share a program instead of leaving most of its lanes idle.
TILE_ELEMENTS = 1024
WARP_ELEMENTS = 256


# Token counts change from step to step while serving: none gets a compilation of its own.
@triton.jit(do_not_specialize=["tokens"])
def _route_kernel(
    gating_pointer,
    scale_pointer,
    weights_pointer,
    ids_pointer,
    tokens,
    gating_token_stride,
    gating_expert_stride,
    scale_stride,
    EXPERTS: tl.constexpr,
    TOPK: tl.constexpr,
    ROWS: tl.constexpr,
    BLOCK_EXPERTS: tl.constexpr,
    BLOCK_TOPK: tl.constexpr,
):
    # 64 bits before any product: T * E and expert * stride both outgrow 32 bits.
    rows = tl.program_id(0).to(tl.int64) * ROWS + tl.arange(0, ROWS)[:, None]
    experts = tl.arange(0, BLOCK_EXPERTS)[None, :]
    inside = rows < tokens
    is_expert = experts < EXPERTS

    offsets = rows * gating_token_stride + experts.to(tl.int64) * gating_expert_stride
    logits = tl.load(gating_pointer + offsets, mask=inside & is_expert, other=0.0).to(tl.float32)
    logits = tl.where(logits != logits, float("-inf"), logits)
    # Both zeros become +0.0: they are equal in value and must tie.
    logits = tl.where(logits == 0.0, 0.0, logits)

    # Flipping all bits but the sign of negative floats makes their bit patterns ascend as
    # integers. The low half breaks ties, lowest id first. No float without NaN maps to INT32_MIN,
    # so padding stays behind every expert, -inf included.
    bits = logits.to(tl.int32, bitcast=True)
    order = tl.where(bits < 0, bits ^ 0x7FFFFFFF, bits)
    order = tl.where(is_expert, order, -0x80000000)
    keys = (order.to(tl.int64) << 32) | (BLOCK_EXPERTS - 1 - experts).to(tl.int64)
    selected = tl.topk(keys, BLOCK_TOPK)

    ids = BLOCK_EXPERTS - 1 - (selected & 0xFFFFFFFF).to(tl.int32)
    order = (selected >> 32).to(tl.int32)
    bits = tl.where(order < 0, order ^ 0x7FFFFFFF, order)
    slots = tl.arange(0, BLOCK_TOPK)[None, :]
    is_slot = slots < TOPK
    # Lanes behind the last slot would decode padding keys into NaN.
    logits = tl.where(is_slot, bits.to(tl.float32, bitcast=True), float("-inf"))

    largest = tl.max(logits, axis=1, keep_dims=True)
    # Subtracting an infinite maximum from itself gives NaN where the distance is 0.
    distance = tl.where(logits == largest, 0.0, logits - largest)
    terms = tl.where(is_slot, tl.exp(distance), 0.0)
    softmax = terms / tl.sum(terms, axis=1, keep_dims=True)

    written = inside & is_slot
    scale_offsets = ids.to(tl.int64) * scale_stride
    scale = tl.load(scale_pointer + scale_offsets, mask=written, other=0.0).to(tl.float32)
    results = rows * TOPK + slots
    tl.store(weights_pointer + results, softmax * scale, mask=written)
    tl.store(ids_pointer + results, ids, mask=written)


def route_triton(
    gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Route with one launch of the Triton kernel, on whatever device the tensors are.

    gating: (T, E) float32, bfloat16 or float16; topk: K; per_expert_scale: (E,) floating point.
    Both are read through their strides, never copied. T = 0 launches nothing.

    Returns weights (T, K) float32 and ids (T, K) int32, both new and contiguous, in descending
    order of logits, with the ties and special values of `torch_route.route_torch`.

    Raises as `arguments.check`.
    """
    check(gating, topk, per_expert_scale)
    tokens, experts = gating.shape
    weights = torch.empty(tokens, topk, dtype=torch.float32, device=gating.device)
    ids = torch.empty(tokens, topk, dtype=torch.int32, device=gating.device)
    if tokens == 0:
        return weights, ids
    # The kernel sees bytes only: a view that is negated lazily must be written out first.
    gating, per_expert_scale = gating.resolve_neg(), per_expert_scale.resolve_neg()
    rows, block_experts, block_topk, warps = launch_shape(experts, topk)
    with current(gating.device):
        _route_kernel[(triton.cdiv(tokens, rows),)](
            gating,
            per_expert_scale,
            weights,
            ids,
            tokens,
            gating.stride(0),
            gating.stride(1),
            per_expert_scale.stride(0),
            EXPERTS=experts,
            TOPK=topk,
            ROWS=rows,
            BLOCK_EXPERTS=block_experts,
            BLOCK_TOPK=block_topk,
            num_warps=warps,
        )
    return weights, ids


def launch_shape(experts: int, topk: int) -> tuple[int, int, int, int]:
    """Tile of one program for E experts and K slots: (rows, block of E, block of K, warps).

    Both blocks are powers of two and at least 2: `tl.topk` of Triton 3.6 fails when it is asked
    for one element. Raises nothing: E and K have been checked.
    """
    block_experts = max(2, triton.next_power_of_2(experts))
    block_topk = max(2, triton.next_power_of_2(topk))
    rows = max(1, TILE_ELEMENTS // block_experts)
    warps = min(8, max(1, rows * block_experts // WARP_ELEMENTS))
    return rows, block_experts, block_topk, warps
