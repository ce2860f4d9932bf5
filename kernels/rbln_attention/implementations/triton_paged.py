"""Attention over a paged cache in two launches: append the new tokens, then attend.

Block 0 is the null block, which stands for no block in a table: nothing is written to it and
nothing is read from it. That also settles padded rows of a decode batch, whose table is all zeros:
they see no key, and their output is zeros.
"""

import torch
import triton
import triton.language as tl

from ...devices import current
from .arguments import check_paged
from .calls import Paged
from .output import output_of
from .triton_launch import alike, attend_constants, copy_constants, launcher, readable
from .triton_softmax import attend, load_rows, nothing_seen, store_rows, tile_rows


@triton.jit
def _places(table_pointer, positions, wanted, stride, blocks, block_stride, slot_stride,
            PARTITION: tl.constexpr):  # fmt: skip
    """Offset of each wanted position in the cache, and whether it has a block."""
    block = tl.load(table_pointer + positions // PARTITION * stride, mask=wanted, other=0)
    # Offsets are of 64 bits: those of far blocks outgrow 32.
    offsets = block * block_stride + positions % PARTITION * slot_stride
    return offsets, (block > 0) & (block < blocks)


@triton.jit(do_not_specialize=["length", "slots", "blocks"])
def _append_kernel(
    key_pointer, value_pointer, cache_pointer, starts_pointer, table_pointer,
    length, slots, blocks,
    new_batch_stride: tl.int64, new_head_stride: tl.int64, new_token_stride: tl.int64,
    side_stride: tl.int64, block_stride: tl.int64, head_stride: tl.int64,
    slot_stride: tl.int64, element_stride: tl.int64,
    start_stride: tl.int64, table_batch_stride: tl.int64, table_stride: tl.int64,
    PARTITION: tl.constexpr,
    SIZE: tl.constexpr, TOKENS: tl.constexpr, BLOCK_SIZE: tl.constexpr,
):  # fmt: skip
    head, batch = tl.program_id(1), tl.program_id(2)
    start = tl.load(starts_pointer + batch * start_stride).to(tl.int32)
    tokens = tl.program_id(0) * TOKENS + tl.arange(0, TOKENS)[:, None]
    positions = start + tokens
    wanted = (tokens < length) & (positions >= 0) & (positions < slots)
    offsets, owned = _places(
        table_pointer + batch * table_batch_stride, positions, wanted, table_stride, blocks,
        block_stride, slot_stride, PARTITION,
    )  # fmt: skip
    elements = tl.arange(0, BLOCK_SIZE)[None, :]
    written = owned & (elements < SIZE)
    new = batch * new_batch_stride + head * new_head_stride + tokens * new_token_stride + elements
    key = tl.load(key_pointer + new, mask=written)
    value = tl.load(value_pointer + new, mask=written)
    places = cache_pointer + (head * head_stride + offsets + elements * element_stride)
    stored = cache_pointer.dtype.element_ty
    tl.store(places, key.to(stored), mask=written)
    tl.store(places + side_stride, value.to(stored), mask=written)


@triton.jit(do_not_specialize=["length", "slots", "blocks"])
def _attend_kernel(
    query_pointer, cache_pointer, mask_pointer, scale_pointer, starts_pointer, table_pointer,
    sinks_pointer, output_pointer, length, slots, blocks,
    query_batch_stride: tl.int64, query_head_stride: tl.int64, query_group_stride: tl.int64,
    query_token_stride: tl.int64,
    side_stride: tl.int64, block_stride: tl.int64, head_stride: tl.int64,
    slot_stride: tl.int64, element_stride: tl.int64,
    mask_batch_stride: tl.int64, mask_token_stride: tl.int64, mask_stride: tl.int64,
    start_stride: tl.int64, table_batch_stride: tl.int64, table_stride: tl.int64,
    sinks_head_stride: tl.int64, sinks_stride: tl.int64,
    PARTITION: tl.constexpr, MASKED: tl.constexpr,
    GROUPS: tl.constexpr, SIZE: tl.constexpr, SINKS: tl.constexpr, BLOCK_SINKS: tl.constexpr,
    ROWS: tl.constexpr, KEYS: tl.constexpr, BLOCK_SIZE: tl.constexpr,
    NARROW: tl.constexpr, SPREAD: tl.constexpr,
):  # fmt: skip
    head, batch = tl.program_id(1), tl.program_id(2)
    start = tl.load(starts_pointer + batch * start_stride).to(tl.int32)
    tokens, groups, newest = tile_rows(length, GROUPS, ROWS)
    is_row = tokens < length
    elements = tl.arange(0, BLOCK_SIZE)[None, :]
    is_element = elements < SIZE
    inside = is_row & is_element
    query = load_rows(
        query_pointer, inside, tokens, groups, elements, query_batch_stride, query_head_stride,
        query_group_stride, query_token_stride, NARROW,
    )  # fmt: skip
    scale = tl.load(scale_pointer).to(tl.float32)
    result = tl.zeros([ROWS, BLOCK_SIZE], tl.float32)
    maximum, total = nothing_seen(
        sinks_pointer, is_row, groups, sinks_head_stride, sinks_stride,
        GROUPS, SINKS, BLOCK_SINKS, ROWS,
    )  # fmt: skip
    # Slots behind the new tokens hold anything, whatever the mask says about them.
    stop = start + (length if MASKED else newest)
    stop = tl.minimum(stop, slots)
    last = start + tokens
    table_pointer += batch * table_batch_stride
    cache = cache_pointer + (head * head_stride + elements * element_stride)
    ahead = tl.arange(0, KEYS)[:, None]
    if MASKED:
        masks = mask_pointer + (batch * mask_batch_stride + tokens * mask_token_stride)
    # Counted in blocks of keys, for lockstep runs together what goes through loops as often.
    for step in range((stop + (KEYS - 1)) // KEYS):
        positions = step * KEYS + ahead
        offsets, owned = _places(
            table_pointer, positions, positions < stop, table_stride, blocks,
            block_stride, slot_stride, PARTITION,
        )  # fmt: skip
        if MASKED:
            shown = masks + tl.trans(positions) * mask_stride
            visible = tl.load(shown, mask=is_row & tl.trans(owned), other=0.0) > 0.0
            # A weight of zero would not keep NaN out.
            owned = tl.trans(tl.max(visible.to(tl.int32), axis=0, keep_dims=True)) > 0
        else:
            visible = tl.trans(tl.where(owned, positions, 0x7FFFFFFF)) <= last
        places = cache + offsets
        filled = owned & is_element
        keys = tl.load(places, mask=filled, other=0.0)
        values = tl.load(places + side_stride, mask=filled, other=0.0)
        maximum, total, result = attend(
            query, keys, values, visible, scale, maximum, total, result, NARROW, SPREAD
        )
    store_rows(
        output_pointer, result, total, inside, tokens, groups, elements, length,
        GROUPS, SIZE, SPREAD,
    )  # fmt: skip


def paged_triton(call: Paged) -> torch.Tensor:
    """Append the new tokens to the cache, in place, and attend: two launches, no waiting.

    Positions start .. start + L - 1 get the new keys and values, rounded to the dtype of the
    cache; they may lie in several partitions, which the vendor's kernels do not support. Query i
    sees positions up to start + i, or those below start + L where the mask is above 0.

    A slot that no query of a tile of up to 64 sees has no influence, not even if it holds NaN; so
    it is with all slots behind start + L, and with blocks that the table does not name. NaN in the
    value of a slot that some queries see may reach the others.

    Returns (NB, H, G, L, D) as `output_of`, in the dtype of `query`; zeros where nothing is
    visible. Raises as `arguments.check_paged`. Where that cannot read the indices, positions
    and blocks that do not exist are neither read nor written.
    """
    check_paged(call)
    rows, heads, groups, length, size = call.query.shape
    query, (key, value) = readable(call.query), alike(call.key, call.value)
    cache, table, seq_idx, mask = call.kv_cache, call.block_table, call.seq_idx, call.mask
    # Both forms sum to the tokens held; the later releases pass the sum itself.
    starts = seq_idx[:, 0] if seq_idx.shape[1] == 1 else seq_idx.sum(dim=1, dtype=torch.int32)
    output = output_of(query)
    partition = cache.shape[4]
    counts = (length, table.shape[-1] * partition, cache.shape[1])
    cache_strides = (*cache.stride()[:3], *cache.stride()[4:])
    index_strides = (starts.stride(0), 0 if call.prefill else table.stride(0), table.stride(-1))
    mask_strides = (0, 0, 0) if mask is None else (mask.stride(0), *mask.stride()[3:])
    sinks_strides = (0, 0) if call.sinks is None else call.sinks.stride()
    copy = copy_constants(length, size)
    constants = attend_constants(query, cache, call.sinks)
    with current(query.device):
        launcher(_append_kernel, query)[(triton.cdiv(length, copy["TOKENS"]), heads, rows)](
            key, value, cache, starts, table, *counts, *key.stride()[:2], key.stride(3),
            *cache_strides, *index_strides, PARTITION=partition, **copy,
        )  # fmt: skip
        tiles = triton.cdiv(groups * length, constants["ROWS"])
        launcher(_attend_kernel, query)[(tiles, heads, rows)](
            query, cache, mask, call.qk_scale, starts, table, call.sinks, output, *counts,
            *query.stride()[:4], *cache_strides, *mask_strides, *index_strides, *sinks_strides,
            PARTITION=partition, MASKED=mask is not None, **constants,
        )  # fmt: skip
    return output
