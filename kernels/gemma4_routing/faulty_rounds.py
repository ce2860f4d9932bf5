"""Planted faults in what rounds of sorted lanes consist of: keys, sorting, taking, padding.

Unlike those of `faults`, which one check alone finds, these show widely. Each is named with the
check that has to find it.
"""

from collections.abc import Callable

import torch
import triton
import triton.language as tl

from .arguments import check
from .faults import Fault
from .tiles.finish import finish
from .tiles.heads import ordered, split_4
from .tiles.keys import keys_of, lowest, order_in, order_of

ROWS = 8
SHORT_IDS, LOST_NAN, UNSORTED, TAKEN_WITH_TIES, NO_PADDING = 1, 2, 3, 4, 5

Result = tuple[torch.Tensor, torch.Tensor]
Route = Callable[[torch.Tensor, int, torch.Tensor], Result]


@triton.jit
def _faulty_kernel(
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
    LANES: tl.constexpr,
    ROWS: tl.constexpr,
    FAULT: tl.constexpr,
):
    LOWEST: tl.constexpr = lowest(gating_pointer.dtype.element_ty)
    rows = tl.program_id(0).to(tl.int64) * ROWS + tl.arange(0, ROWS)[:, None]
    experts = tl.arange(0, LANES * 4)[None, :]
    offsets = rows * gating_token_stride + experts.to(tl.int64) * gating_expert_stride
    is_expert = experts < EXPERTS
    logits = tl.load(gating_pointer + offsets, mask=(rows < tokens) & is_expert, other=0.0)
    # 1: an id of which one byte is kept.
    named = (experts & 0xFF) if FAULT == 1 else experts
    keys = keys_of(order_of(logits), named, gating_pointer.dtype.element_ty)
    # 2: NaN is below every key, as what was taken is.
    if FAULT == 2:
        keys = tl.where(logits != logits, LOWEST, keys)
    # 5: behind the last expert stand logits of 0.
    if FAULT != 5:
        keys = tl.where(is_expert, keys, LOWEST)
    a, b, c, d = split_4(keys, ROWS, LANES)
    a, b = ordered(a, b)
    c, d = ordered(c, d)
    a, c = ordered(a, c)
    b, d = ordered(b, d)
    # 3: the last comparator is missing.
    if FAULT != 3:
        b, c = ordered(b, c)
    slots = tl.arange(0, BLOCK_TOPK)[None, :]
    largest = tl.max(a, axis=1, keep_dims=True)
    best = largest
    taken = tl.where(slots == 0, best, LOWEST)
    for slot in tl.static_range(1, TOPK):
        # 4: all lanes whose heads tie lose them.
        won = (order_in(a) == order_in(best)) if FAULT == 4 else (a == best)
        a = tl.where(won, b, a)
        b = tl.where(won, c, b)
        c = tl.where(won, d, c)
        d = tl.where(won, LOWEST, d)
        best = tl.max(a, axis=1, keep_dims=True)
        taken = tl.where(slots == slot, best, taken)
    finish(
        taken, largest, rows, tokens, slots, scale_pointer, weights_pointer, ids_pointer,
        scale_stride, TOPK, gating_pointer.dtype.element_ty,
    )  # fmt: skip


def rounds_with(fault: int) -> Route:
    """Routing in rounds with this fault, for K up to 16; 0 is none. Runs where Triton does."""

    def route(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> Result:
        check(gating, topk, per_expert_scale)
        tokens, experts = gating.shape
        weights = gating.new_empty((tokens, topk), dtype=torch.float32)
        ids = gating.new_empty((tokens, topk), dtype=torch.int32)
        if tokens:
            gating, per_expert_scale = gating.resolve_neg(), per_expert_scale.resolve_neg()
            _faulty_kernel[(triton.cdiv(tokens, ROWS),)](
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
                BLOCK_TOPK=triton.next_power_of_2(topk),
                LANES=triton.next_power_of_2(triton.cdiv(experts, 4)),
                ROWS=ROWS,
                FAULT=fault,
            )
        return weights, ids

    return route


_FAULTS = (
    Fault(
        "rounds-short-ids",
        "A key holds one byte of an id, so that experts behind the 256th are taken for others.",
        "sizes",
        lambda: rounds_with(SHORT_IDS),
    ),
    Fault(
        "rounds-lost-nan",
        "NaN logits have the key of what was taken, so that a row with fewer than K numbers gets "
        "ids that there are not.",
        "special",
        lambda: rounds_with(LOST_NAN),
    ),
    Fault(
        "rounds-unsorted",
        "The second and third key of a lane are not compared, so that the wrong one moves up.",
        "values",
        lambda: rounds_with(UNSORTED),
    ),
    Fault(
        "rounds-taken-with-ties",
        "A round takes the heads of all lanes that tie with the largest, and stores one of them.",
        "ties",
        lambda: rounds_with(TAKEN_WITH_TIES),
    ),
    Fault(
        "rounds-no-padding",
        "Behind the last expert of a tile stand logits of 0, which negative ones lose against.",
        "sizes",
        lambda: rounds_with(NO_PADDING),
    ),
)

ROUND_FAULTS: dict[str, Fault] = {fault.id: fault for fault in _FAULTS}
