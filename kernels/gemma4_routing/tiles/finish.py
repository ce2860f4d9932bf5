"""What becomes of the selected experts: softmax, scale, and the two stores."""

import triton
import triton.language as tl

from .keys import expert_in, logits_of, order_in


@triton.jit
def finish(
    taken,
    largest,
    rows,
    tokens,
    slots,
    scale_pointer,
    weights_pointer,
    ids_pointer,
    scale_stride,
    TOPK: tl.constexpr,
    DTYPE: tl.constexpr,
    FLAT: tl.constexpr = False,
):
    """Store weights and ids of the keys `taken` (ROWS, BLOCK_TOPK), `largest` (ROWS, 1) of them.

    FLAT: there are as many slots as lanes. The thread that has a slot then stores it: in one axis,
    and not seen to be aligned, stores have a layout for which nothing is handed between threads.
    """
    is_slot = slots < TOPK
    order, first = order_in(taken), order_in(largest)
    # Subtracting an infinite maximum from itself gives NaN where the distance is 0.
    distance = tl.where(order == first, 0.0, logits_of(order, DTYPE) - logits_of(first, DTYPE))
    terms = tl.where(is_slot, tl.exp(distance), 0.0)
    softmax = terms / tl.sum(terms, axis=1, keep_dims=True)

    written = (rows < tokens) & is_slot
    ids = expert_in(taken)
    results = rows * TOPK + slots
    if FLAT:
        ELEMENTS: tl.constexpr = taken.shape[0] * taken.shape[1]
        written, ids = tl.reshape(written, (ELEMENTS,)), tl.reshape(ids, (ELEMENTS,))
        softmax = tl.reshape(softmax, (ELEMENTS,))
        results = tl.multiple_of(tl.reshape(results, (ELEMENTS,)), 1)
    scale_offsets = ids.to(tl.int64) * scale_stride
    scale = tl.load(scale_pointer + scale_offsets, mask=written, other=0.0).to(tl.float32)
    tl.store(weights_pointer + results, softmax * scale, mask=written)
    tl.store(ids_pointer + results, ids, mask=written)
