"""Attention of new tokens over cached ones and themselves: one launch, which appends them too.

A program has a tile of rows of one key head of one sequence, and one of `shares` shares of the
cached keys. The last of its `splits` programs also sees the new tokens, and nothing else if there
is a share less than programs: not in the cache but where the caller has them, rounded as they will
be cached; so no program reads what another one writes. Each new token is appended by the last
program in whose tile its first row lies.

A window is a cache of one block whose tokens see `slots` - 1 back, and that is full before its
sequence ends. Its tokens are moved and appended by this launch only if one program has all rows of
a head and all its keys (MOVED); then every tile is read before its slots are written again.
"""

import triton
import triton.language as tl

from .triton_ahead import fetch_entries, fetch_token
from .triton_keys import have_slots, see_cached, see_new, see_newest
from .triton_softmax import (
    LOG2_E,
    LOWEST,
    elements_of,
    load_rows,
    nothing_seen,
    partial_lines,
    store_rows,
    unknown_zero,
    wide,
)

# What changes from call to call, or without effect on how memory is read: all numbers, see `wide`.
UNSPECIALIZED = [
    "length", "slots", "blocks", "splits", "shares", "early", "columns", "group_count", "size",
    "sink_count", "partition", "bits",
    "query_batch_stride", "query_head_stride", "query_group_stride", "query_token_stride",
    "new_batch_stride", "new_head_stride", "new_token_stride",
    "side_stride", "block_stride", "head_stride", "slot_stride", "element_stride",
    "mask_batch_stride", "mask_token_stride", "start_stride", "start_column_stride",
    "end_stride", "table_batch_stride", "table_stride", "sinks_head_stride", "sinks_stride",
]  # fmt: skip
UNALIGNED = [
    "mask_pointer", "scale_pointer", "starts_pointer", "ends_pointer", "table_pointer",
    "sinks_pointer",
]  # fmt: skip
READ_IN_VECTORS = ["query_pointer", "key_pointer", "value_pointer", "cache_pointer"]


@triton.jit
def window_extent(held_pointer, end_pointer, table_pointer, length, slots, blocks):
    """Tokens that a window holds, and how many real ones come: 0 and 0 where nothing is owed."""
    held = tl.load(held_pointer).to(tl.int32)
    end = tl.load(end_pointer).to(tl.int32)
    block = tl.load(table_pointer)
    live = (end > held) & (end <= held + length) & (held >= 0) & (held <= slots)
    live = live & (block > 0) & (block < blocks)
    return tl.where(live, held, 0), tl.where(live, end - held, 0)


@triton.jit
def tokens_held(starts_pointer, columns, column_stride, COLUMNS: tl.constexpr):
    """The sum of a row of `columns` numbers."""
    if COLUMNS == 1:
        start = tl.load(starts_pointer).to(tl.int32)
    else:
        column = tl.arange(0, COLUMNS)
        counts = tl.zeros([COLUMNS], tl.int32)
        for step in range((columns + (COLUMNS - 1)) // COLUMNS):
            at = step * COLUMNS + column
            counts += tl.load(starts_pointer + at * column_stride, mask=at < columns, other=0).to(
                tl.int32
            )
        start = tl.sum(counts, axis=0)
    return start


@triton.jit(do_not_specialize=UNSPECIALIZED, do_not_specialize_on_alignment=UNALIGNED)
def attend_kernel(
    query_pointer, key_pointer, value_pointer, cache_pointer, mask_pointer, scale_pointer,
    starts_pointer, ends_pointer, table_pointer, sinks_pointer, output_pointer,
    length, slots, blocks, splits, shares, early, columns, group_count, size, sink_count,
    partition, bits,
    query_batch_stride: tl.int64, query_head_stride: tl.int64, query_group_stride: tl.int64,
    query_token_stride: tl.int64,
    new_batch_stride: tl.int64, new_head_stride: tl.int64, new_token_stride: tl.int64,
    side_stride: tl.int64, block_stride: tl.int64, head_stride: tl.int64,
    slot_stride: tl.int64, element_stride: tl.int64,
    mask_batch_stride: tl.int64, mask_token_stride: tl.int64,
    start_stride: tl.int64, start_column_stride: tl.int64, end_stride: tl.int64,
    table_batch_stride: tl.int64, table_stride: tl.int64,
    sinks_head_stride: tl.int64, sinks_stride: tl.int64,
    LOOKUP: tl.constexpr, COLUMNS: tl.constexpr, MASKED: tl.constexpr, WINDOWED: tl.constexpr,
    MOVED: tl.constexpr, SPLIT: tl.constexpr, INNER: tl.constexpr, SINKS: tl.constexpr,
    ROWS: tl.constexpr, KEYS: tl.constexpr, NEW: tl.constexpr, BLOCK_SIZE: tl.constexpr,
    WIDE: tl.constexpr,
    NARROW: tl.constexpr, SPREAD: tl.constexpr, CHAINED: tl.constexpr,
):  # fmt: skip
    if CHAINED:
        # The launch that merges may begin, and waits until this one has ended.
        tl.extra.cuda.gdc_launch_dependents()
    head, batch = tl.program_id(1), tl.program_id(2)
    tiles = tl.num_programs(0) // splits
    # The last tiles see most: they begin first.
    tile = tiles - 1 - tl.program_id(0) % tiles
    split = tl.program_id(0) // tiles
    is_last = split == splits - 1
    table = table_pointer + batch * table_batch_stride
    elements, is_element = elements_of(size, BLOCK_SIZE, WIDE)
    new_token_stride = wide(new_token_stride, WIDE)
    fresh = batch * wide(new_batch_stride, WIDE) + head * wide(new_head_stride, WIDE)
    key_pointer += fresh
    value_pointer += fresh
    oldest = tile * ROWS // group_count
    fetch_entries(
        table, split * (slots // splits), slots, partition, table_stride, early > 0, LOOKUP, KEYS
    )
    fetch_token(
        key_pointer, value_pointer, oldest * new_token_stride + elements,
        is_element & is_last & (oldest < length) & (early > 0),
    )  # fmt: skip
    starts_pointer += batch * start_stride
    if WINDOWED:
        start, new = window_extent(
            starts_pointer, ends_pointer + batch * end_stride, table, length, slots, blocks
        )
        shift = tl.maximum(start + new - slots, 0)
    else:
        # Both forms sum to the tokens held; the later releases pass the sum itself.
        start = tokens_held(starts_pointer, columns, start_column_stride, COLUMNS)
        new, shift = length, 0

    # The groups of a token lie next to each other: a tile spans few tokens, and so few keys.
    first_row = tile * ROWS
    rows = first_row + tl.arange(0, ROWS)[:, None]
    tokens, groups = rows // group_count, rows % group_count
    newest = tl.minimum((first_row + (ROWS - 1)) // group_count + 1, new)
    is_row = tokens < length
    inside = is_row & is_element
    query = load_rows(
        query_pointer, inside, tokens, groups, elements, wide(query_batch_stride, WIDE),
        wide(query_head_stride, WIDE), wide(query_group_stride, WIDE),
        wide(query_token_stride, WIDE), NARROW,
    )  # fmt: skip
    scale = tl.load(scale_pointer).to(tl.float32) * LOG2_E
    # What is highest among products is highest among scores.
    query = tl.where(scale < 0.0, -query, query)
    scale = tl.abs(scale)
    result = tl.zeros([ROWS, BLOCK_SIZE], tl.float32)
    maximum, total = nothing_seen(
        sinks_pointer, is_row & is_last, head * group_count + groups, sink_count,
        sinks_head_stride, sinks_stride, SINKS, ROWS, SPREAD,
    )  # fmt: skip
    side_stride, block_stride = wide(side_stride, WIDE), wide(block_stride, WIDE)
    slot_stride = wide(slot_stride, WIDE)
    cache = cache_pointer + (
        head * wide(head_stride, WIDE) + (elements if WIDE else elements * element_stride)
    )
    masks = mask_pointer
    if MASKED:
        masks += batch * mask_batch_stride + tokens * mask_token_stride + unknown_zero()

    # Cached tokens, in tiles of KEYS; lockstep runs together what goes through loops as often.
    held = tl.minimum(tl.maximum(start, 0), slots)
    begin = tl.maximum(held + oldest - (slots - 1), 0) if WINDOWED else 0
    held = tl.where(oldest < newest, held, begin)
    share = ((held - begin + (KEYS - 1)) // KEYS + (shares - 1)) // shares * KEYS
    begin += split * share
    stop = tl.minimum(begin + share, held)
    steps = (tl.maximum(stop - begin, 0) + (KEYS - 1)) // KEYS
    skipped, inner = 0, 0
    if INNER:
        inner = tl.maximum(stop - begin, 0) // KEYS
        if WINDOWED:
            skipped = (tl.maximum(held + newest - slots - begin, 0) + (KEYS - 1)) // KEYS
            skipped = tl.minimum(skipped, inner)
            inner -= skipped
        for step in range(skipped, skipped + inner):
            maximum, total, result = see_cached(
                query, scale, maximum, total, result, cache, masks, table, is_element, is_row,
                begin + step * KEYS, stop, start + tokens, shift, slots, blocks, partition, bits,
                side_stride, block_stride, slot_stride, table_stride,
                False, LOOKUP, MASKED, WINDOWED, MOVED, KEYS, NARROW, SPREAD,
            )  # fmt: skip
    for edge in range(steps - inner):
        step = tl.where(edge < skipped, edge, edge + inner) if INNER else edge
        maximum, total, result = see_cached(
            query, scale, maximum, total, result, cache, masks, table, is_element, is_row,
            begin + step * KEYS, stop, start + tokens, shift, slots, blocks, partition, bits,
            side_stride, block_stride, slot_stride, table_stride,
            True, LOOKUP, MASKED, WINDOWED, MOVED, KEYS, NARROW, SPREAD,
        )  # fmt: skip

    # New tokens, in tiles of KEYS that all rows see, and of NEW at the edges.
    own = (first_row + (group_count - 1)) // group_count
    own_end = (first_row + (ROWS + group_count - 1)) // group_count
    limit = new if MASKED else newest
    begin = tl.maximum(oldest - (slots - 1), 0) // NEW * NEW if WINDOWED else 0
    limit = tl.where(is_last & (oldest < newest), limit, begin)
    steps = (limit - begin + (NEW - 1)) // NEW
    skipped, inner = 0, 0
    if MOVED:
        tl.debug_barrier()
    if INNER:
        inner = tl.minimum(limit - begin, tl.maximum(oldest - begin, 0)) // KEYS
        if WINDOWED:
            skipped = (tl.maximum(newest - slots - begin, 0) + (KEYS - 1)) // KEYS
            skipped = tl.minimum(skipped, inner)
            inner -= skipped
        elif inner > 0:
            stay = have_slots(
                table, start, length, slots, blocks, partition, table_stride, LOOKUP, KEYS
            )  # fmt: skip
            inner = tl.where(stay, inner, 0)
        for step in range(skipped, skipped + inner):
            maximum, total, result = see_new(
                query, scale, maximum, total, result, key_pointer, value_pointer, elements,
                is_element, begin + step * KEYS, new_token_stride, cache_pointer.dtype.element_ty,
                KEYS,
                NARROW, SPREAD,
            )  # fmt: skip
        skipped *= KEYS // NEW
        inner *= KEYS // NEW
    # One tile at a time: what Triton 3.6 makes of this loop for sm_90 with several on their way and
    # 8 warps gives wrong products, in most calls with 128 rows and tiles of 16.
    for edge in tl.range(steps - inner, num_stages=1):
        step = tl.where(edge < skipped, edge, edge + inner) if INNER else edge
        maximum, total, result = see_newest(
            query, scale, maximum, total, result, key_pointer, value_pointer, cache, masks,
            table, elements, is_element, is_row, tokens, begin + step * NEW, limit, start, shift,
            own, own_end, slots, blocks, partition, bits,
            new_token_stride, side_stride, block_stride, slot_stride, table_stride,
            LOOKUP, MASKED, WINDOWED, MOVED, NEW, NARROW, SPREAD,
        )  # fmt: skip

    if WINDOWED:
        # Tokens that are not real may have seen something beside those that are.
        is_real = tokens < new
        maximum = tl.where(is_real, maximum, LOWEST)
        total = tl.where(is_real, total, 0.0)
        result = tl.where(is_real, result, 0.0)
    if SPLIT:
        lines, count = partial_lines(split, splits, rows, group_count * length)
        tl.store(output_pointer + (lines * wide(size, WIDE) + elements), result, mask=inside)
        tl.store(output_pointer + (count * size + lines), maximum, mask=is_row)
        tl.store(output_pointer + (count * (size + 1) + lines), total, mask=is_row)
    else:
        store_rows(
            output_pointer, result, total, inside, tokens, groups, elements, length, group_count,
            wide(size, WIDE),
        )  # fmt: skip


# What cannot be read in vectors has one kernel, wherever it begins.
attend_unaligned_kernel = triton.jit(
    attend_kernel.fn,
    do_not_specialize=UNSPECIALIZED,
    do_not_specialize_on_alignment=[*UNALIGNED, *READ_IN_VECTORS],
)
