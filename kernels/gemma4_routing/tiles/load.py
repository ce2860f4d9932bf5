"""Logits of a tile, as keys."""

import triton
import triton.language as tl

from .keys import keys_of, order_of


@triton.jit
def load_keys(
    gating_pointer,
    rows,
    tokens,
    gating_token_stride,
    gating_expert_stride,
    FIRST: tl.constexpr,
    WIDTH: tl.constexpr,
    EXPERTS: tl.constexpr,
):
    """Keys (ROWS, WIDTH) of the experts from FIRST on.

    Behind the last expert, logits of -inf: of equal keys the one with the lowest id is the largest,
    so that no expert is below them. No mask is asked for again where the keys are, in another
    layout: compilers that find both alike compute them as one vector, which Triton 3.6 gets wrong.
    """
    experts = FIRST + tl.arange(0, WIDTH)[None, :]
    # 64 bits before any product: T * E and expert * stride both outgrow 32 bits.
    offsets = rows * gating_token_stride + experts.to(tl.int64) * gating_expert_stride
    is_expert = experts < EXPERTS
    is_logit = rows < tokens if FIRST + WIDTH <= EXPERTS else (rows < tokens) & is_expert
    logits = tl.load(gating_pointer + offsets, mask=is_logit, other=float("-inf"))
    return keys_of(order_of(logits), experts, gating_pointer.dtype.element_ty)
