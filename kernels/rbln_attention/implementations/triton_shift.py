"""The window moves on: two kernels that shift it, in place, by way of scratch memory.

The slot that one token leaves is the slot that another one enters. No program may read there while
others write, so that one launch lays the window and the new tokens out behind each other in scratch
memory, (2, NB, H, W + L, D), and another one writes the end of that line back.
"""

import triton
import triton.language as tl


@triton.jit(do_not_specialize=["length", "blocks"])
def extend_kernel(
    key_pointer, value_pointer, cache_pointer, held_pointer, end_pointer, table_pointer,
    scratch_pointer, extents_pointer, length, blocks,
    held_stride: tl.int64, end_stride: tl.int64, table_stride: tl.int64,
    new_batch_stride: tl.int64, new_head_stride: tl.int64, new_token_stride: tl.int64,
    side_stride: tl.int64, block_stride: tl.int64, head_stride: tl.int64,
    slot_stride: tl.int64, element_stride: tl.int64,
    scratch_side_stride: tl.int64, scratch_batch_stride: tl.int64, scratch_head_stride: tl.int64,
    WINDOW: tl.constexpr, SIZE: tl.constexpr, TOKENS: tl.constexpr, BLOCK_SIZE: tl.constexpr,
):  # fmt: skip
    tile, head, batch = tl.program_id(0), tl.program_id(1), tl.program_id(2)
    held = tl.load(held_pointer + batch * held_stride).to(tl.int32)
    end = tl.load(end_pointer + batch * end_stride).to(tl.int32)
    block = tl.load(table_pointer + batch * table_stride)
    live = (end > held) & (end <= held + length) & (held >= 0) & (held <= WINDOW)
    live = live & (block > 0) & (block < blocks)
    held = tl.where(live, held, 0)
    end = tl.where(live, end, 0)
    # A mask instead of a branch, which would part programs that lockstep runs together.
    first = (tile == 0) & (head == 0)
    tl.store(extents_pointer + 2 * batch, held, mask=first)
    tl.store(extents_pointer + 2 * batch + 1, end, mask=first)

    places = tile * TOKENS + tl.arange(0, TOKENS)[:, None]
    elements = tl.arange(0, BLOCK_SIZE)[None, :]
    is_element = elements < SIZE
    copied = (places < end) & is_element
    is_new = places >= held
    # The strides are of 64 bits: offsets of far blocks outgrow 32.
    old = cache_pointer + (
        block * block_stride + head * head_stride + places * slot_stride + elements * element_stride
    )
    new = batch * new_batch_stride + head * new_head_stride + (places - held) * new_token_stride
    new += elements
    was_held, arrived = copied & (places < held), copied & is_new
    stored = cache_pointer.dtype.element_ty
    key = tl.load(key_pointer + new, mask=arrived).to(stored)
    value = tl.load(value_pointer + new, mask=arrived).to(stored)
    key = tl.where(is_new, key, tl.load(old, mask=was_held))
    value = tl.where(is_new, value, tl.load(old + side_stride, mask=was_held))
    extended = scratch_pointer + (
        batch * scratch_batch_stride + head * scratch_head_stride + places * SIZE + elements
    )
    tl.store(extended, key, mask=copied)
    tl.store(extended + scratch_side_stride, value, mask=copied)


@triton.jit
def keep_kernel(
    cache_pointer, table_pointer, scratch_pointer, extents_pointer,
    table_stride: tl.int64, side_stride: tl.int64, block_stride: tl.int64, head_stride: tl.int64,
    slot_stride: tl.int64, element_stride: tl.int64,
    scratch_side_stride: tl.int64, scratch_batch_stride: tl.int64, scratch_head_stride: tl.int64,
    WINDOW: tl.constexpr, SIZE: tl.constexpr, TOKENS: tl.constexpr, BLOCK_SIZE: tl.constexpr,
):  # fmt: skip
    tile, head, batch = tl.program_id(0), tl.program_id(1), tl.program_id(2)
    end = tl.load(extents_pointer + 2 * batch + 1)
    block = tl.load(table_pointer + batch * table_stride)
    slots = tile * TOKENS + tl.arange(0, TOKENS)[:, None]
    elements = tl.arange(0, BLOCK_SIZE)[None, :]
    kept = (slots < tl.minimum(end, WINDOW)) & (elements < SIZE)
    moved = slots + tl.maximum(end - WINDOW, 0)
    extended = scratch_pointer + (
        batch * scratch_batch_stride + head * scratch_head_stride + moved * SIZE + elements
    )
    places = cache_pointer + (
        block * block_stride + head * head_stride + slots * slot_stride + elements * element_stride
    )
    tl.store(places, tl.load(extended, mask=kept), mask=kept)
    tl.store(places + side_stride, tl.load(extended + scratch_side_stride, mask=kept), mask=kept)
