"""The routing kernel: a program selects, weighs and stores a tile of rows."""

import triton
import triton.language as tl

from .finish import finish
from .keys import largest_in_rows
from .load import load_keys
from .rounds import rounds_of_4, rounds_of_8


# Token counts change from step to step while serving: none gets a compilation of its own.
@triton.jit(do_not_specialize=["tokens"])
def route_kernel(
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
    BLOCK_TOPK: tl.constexpr,
    HEADS: tl.constexpr,
    LANES: tl.constexpr,
    ROWS: tl.constexpr,
):
    """Route ROWS tokens, each spread over LANES that keep HEADS keys: 8, 4, or 1.

    8 and 4 select in rounds. 1 sorts whole rows, which is better for many slots.
    """
    # A lane must not drop a key that a slot may need.
    tl.static_assert(EXPERTS <= HEADS * LANES or TOPK <= HEADS)
    rows = tl.program_id(0).to(tl.int64) * ROWS + tl.arange(0, ROWS)[:, None]
    slots = tl.arange(0, BLOCK_TOPK)[None, :]
    if HEADS == 8:
        taken, largest = rounds_of_8(
            gating_pointer, rows, tokens, gating_token_stride, gating_expert_stride, slots,
            EXPERTS, TOPK, ROWS, LANES,
        )  # fmt: skip
    elif HEADS == 4:
        taken, largest = rounds_of_4(
            gating_pointer, rows, tokens, gating_token_stride, gating_expert_stride, slots,
            EXPERTS, TOPK, ROWS, LANES,
        )  # fmt: skip
    else:
        keys = load_keys(
            gating_pointer, rows, tokens, gating_token_stride, gating_expert_stride,
            0, LANES, EXPERTS,
        )  # fmt: skip
        taken = tl.topk(keys, BLOCK_TOPK)
        largest = largest_in_rows(taken)
    finish(
        taken, largest, rows, tokens, slots, scale_pointer, weights_pointer, ids_pointer,
        scale_stride, TOPK, gating_pointer.dtype.element_ty,
    )  # fmt: skip
