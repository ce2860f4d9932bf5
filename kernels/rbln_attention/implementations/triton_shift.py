"""The window moves on, in place: a kernel that writes what an attending launch has read.

The slot that one token leaves is the slot that another one enters, so that no two programs may have
slots of the same elements. A program has a few elements of all tokens of a head, of its keys or of
its values, and goes from the oldest tile to the newest: each is read before it is written over.
"""

import triton
import triton.language as tl

from .triton_attend import window_extent
from .triton_merge import merge_row
from .triton_softmax import wide

# What changes from call to call, or without effect on how memory is read: all numbers, see `wide`.
UNSPECIALIZED = [
    "length", "slots", "blocks", "splits", "rows", "group_count", "size",
    "new_batch_stride", "new_head_stride", "new_token_stride",
    "side_stride", "block_stride", "head_stride", "slot_stride", "element_stride",
    "held_stride", "end_stride", "table_stride",
]  # fmt: skip
UNALIGNED = ["held_pointer", "end_pointer", "table_pointer"]


@triton.jit(do_not_specialize=UNSPECIALIZED, do_not_specialize_on_alignment=UNALIGNED)
def shift_kernel(
    key_pointer, value_pointer, cache_pointer, held_pointer, end_pointer, table_pointer,
    partial_pointer, output_pointer,
    length, slots, blocks, splits, rows, group_count, size,
    new_batch_stride: tl.int64, new_head_stride: tl.int64, new_token_stride: tl.int64,
    side_stride: tl.int64, block_stride: tl.int64, head_stride: tl.int64,
    slot_stride: tl.int64, element_stride: tl.int64,
    held_stride: tl.int64, end_stride: tl.int64, table_stride: tl.int64,
    SPLIT: tl.constexpr, TOKENS: tl.constexpr, SLICE: tl.constexpr, CONTIGUOUS: tl.constexpr,
    BLOCK_SIZE: tl.constexpr, WIDE: tl.constexpr, PARTS: tl.constexpr, CHAINED: tl.constexpr,
):  # fmt: skip
    if CHAINED:
        # What this launch writes over and merges, the one before it reads and writes.
        tl.extra.cuda.gdc_wait()
    program, head, batch = tl.program_id(0), tl.program_id(1), tl.program_id(2)
    if SPLIT and program < rows:
        merge_row(
            program, partial_pointer, output_pointer, length, splits, group_count, size,
            BLOCK_SIZE, WIDE, PARTS,
        )  # fmt: skip
    table_pointer += batch * table_stride
    held, new = window_extent(
        held_pointer + batch * held_stride, end_pointer + batch * end_stride, table_pointer,
        length, slots, blocks,
    )  # fmt: skip
    piece = program - rows
    # Programs that merge have no slice.
    new = tl.where(piece >= 0, new, 0)
    shift = tl.maximum(held + new - slots, 0)
    side = piece % 2
    elements = piece // 2 * SLICE + tl.arange(0, SLICE)[None, :]
    is_element = elements < wide(size, WIDE)
    slot_stride = wide(slot_stride, WIDE)
    block = tl.load(table_pointer)
    cache = cache_pointer + (
        side * wide(side_stride, WIDE)
        + block * wide(block_stride, WIDE)
        + head * wide(head_stride, WIDE)
        + (elements if CONTIGUOUS else elements * element_stride)
    )
    ahead = tl.arange(0, TOKENS)[:, None]
    # A window that is not full stays as it is, and so does one that nothing comes to.
    kept = tl.where(shift > 0, tl.maximum(held - shift, 0), 0)
    for step in range((kept + (TOKENS - 1)) // TOKENS):
        to = step * TOKENS + ahead
        moved = (to < kept) & is_element
        states = tl.load(cache + (to + shift) * slot_stride, mask=moved, other=0.0)
        # Every thread has read its part of the tile before another one writes there.
        tl.debug_barrier()
        tl.store(cache + to * slot_stride, states, mask=moved)
    tl.debug_barrier()
    lost = tl.maximum(shift - held, 0)
    new_token_stride = wide(new_token_stride, WIDE)
    fresh = batch * wide(new_batch_stride, WIDE) + head * wide(new_head_stride, WIDE)
    stored = cache_pointer.dtype.element_ty
    for step in range((new - lost + (TOKENS - 1)) // TOKENS):
        arrived = lost + step * TOKENS + ahead
        there = (arrived < new) & is_element
        offsets = fresh + arrived * new_token_stride + elements
        key = tl.load(key_pointer + offsets, mask=there & (side == 0), other=0.0)
        value = tl.load(value_pointer + offsets, mask=there & (side == 1), other=0.0)
        states = tl.where(side == 0, key, value).to(stored)
        tl.store(cache + (held + arrived - shift) * slot_stride, states, mask=there)
