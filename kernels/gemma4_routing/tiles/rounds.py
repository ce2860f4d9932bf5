"""The largest keys of a row in rounds: lanes of sorted keys, of which each round takes one head.

A row is spread over lanes. Every lane sorts its keys, so that the first of them, its head, is its
largest. A round takes the largest head of the row and moves up what stands behind it: one
reduction over a fraction of the row for each slot.

A lane keeps as many keys as it has heads. If it sees more, in tiles next to each other, it keeps
the largest of them; none of the others is missed as long as there are no more slots than heads.
"""

import triton
import triton.language as tl

from .heads import largest_4, largest_8, sorted_4, sorted_8, split_4, split_8
from .keys import largest_in_rows, lowest
from .load import load_keys


@triton.jit
def rounds_of_8(
    gating_pointer,
    rows,
    tokens,
    gating_token_stride,
    gating_expert_stride,
    slots,
    EXPERTS: tl.constexpr,
    TOPK: tl.constexpr,
    ROWS: tl.constexpr,
    LANES: tl.constexpr,
):
    """Keys (ROWS, slots) in descending order, the lowest behind the last slot; and the first."""
    WIDTH: tl.constexpr = LANES * 8
    LOWEST: tl.constexpr = lowest(gating_pointer.dtype.element_ty)
    a, b, c, d, e, f, g, h = _eight_keys(
        gating_pointer, rows, tokens, gating_token_stride, gating_expert_stride,
        0, ROWS, LANES, EXPERTS,
    )  # fmt: skip
    for first in tl.static_range(WIDTH, EXPERTS, WIDTH):
        p, q, r, s, t, u, v, w = _eight_keys(
            gating_pointer, rows, tokens, gating_token_stride, gating_expert_stride,
            first, ROWS, LANES, EXPERTS,
        )  # fmt: skip
        a, b, c, d, e, f, g, h = largest_8(a, b, c, d, e, f, g, h, p, q, r, s, t, u, v, w)
    largest = largest_in_rows(a)
    best = largest
    taken = tl.where(slots == 0, best, LOWEST)
    for slot in tl.static_range(1, TOPK):
        won = a == best
        a = tl.where(won, b, a)
        b = tl.where(won, c, b)
        c = tl.where(won, d, c)
        d = tl.where(won, e, d)
        e = tl.where(won, f, e)
        f = tl.where(won, g, f)
        g = tl.where(won, h, g)
        h = tl.where(won, LOWEST, h)
        best = largest_in_rows(a)
        taken = tl.where(slots == slot, best, taken)
    return taken, largest


@triton.jit
def rounds_of_4(
    gating_pointer,
    rows,
    tokens,
    gating_token_stride,
    gating_expert_stride,
    slots,
    EXPERTS: tl.constexpr,
    TOPK: tl.constexpr,
    ROWS: tl.constexpr,
    LANES: tl.constexpr,
):
    """As `rounds_of_8` with four keys a lane: a row is done sooner, many rows take longer."""
    WIDTH: tl.constexpr = LANES * 4
    LOWEST: tl.constexpr = lowest(gating_pointer.dtype.element_ty)
    keys = load_keys(
        gating_pointer, rows, tokens, gating_token_stride, gating_expert_stride, 0, WIDTH, EXPERTS
    )
    a, b, c, d = split_4(keys, ROWS, LANES)
    a, b, c, d = sorted_4(a, b, c, d)
    for first in tl.static_range(WIDTH, EXPERTS, WIDTH):
        keys = load_keys(
            gating_pointer, rows, tokens, gating_token_stride, gating_expert_stride,
            first, WIDTH, EXPERTS,
        )  # fmt: skip
        p, q, r, s = split_4(keys, ROWS, LANES)
        p, q, r, s = sorted_4(p, q, r, s)
        a, b, c, d = largest_4(a, b, c, d, p, q, r, s)
    largest = largest_in_rows(a)
    best = largest
    taken = tl.where(slots == 0, best, LOWEST)
    for slot in tl.static_range(1, TOPK):
        won = a == best
        a = tl.where(won, b, a)
        b = tl.where(won, c, b)
        c = tl.where(won, d, c)
        d = tl.where(won, LOWEST, d)
        best = largest_in_rows(a)
        taken = tl.where(slots == slot, best, taken)
    return taken, largest


@triton.jit
def _eight_keys(
    gating_pointer,
    rows,
    tokens,
    gating_token_stride,
    gating_expert_stride,
    FIRST: tl.constexpr,
    ROWS: tl.constexpr,
    LANES: tl.constexpr,
    EXPERTS: tl.constexpr,
):
    """The keys of the LANES * 8 experts from FIRST on: eight tensors (ROWS, LANES), sorted."""
    if gating_pointer.dtype.element_ty == tl.float32:
        # A thread loads 16 bytes at once. What it has loaded stays with it in two tiles of fours.
        WIDTH: tl.constexpr = LANES * 4
        low = load_keys(
            gating_pointer, rows, tokens, gating_token_stride, gating_expert_stride,
            FIRST, WIDTH, EXPERTS,
        )  # fmt: skip
        high = load_keys(
            gating_pointer, rows, tokens, gating_token_stride, gating_expert_stride,
            FIRST + WIDTH, WIDTH, EXPERTS,
        )  # fmt: skip
        a, b, c, d = split_4(low, ROWS, LANES)
        e, f, g, h = split_4(high, ROWS, LANES)
    else:
        keys = load_keys(
            gating_pointer, rows, tokens, gating_token_stride, gating_expert_stride,
            FIRST, LANES * 8, EXPERTS,
        )  # fmt: skip
        a, b, c, d, e, f, g, h = split_8(keys, ROWS, LANES)
    return sorted_8(a, b, c, d, e, f, g, h)
