"""Attention over a sliding window in three launches: extend, attend, keep.

The first one lays the window and the new tokens out behind each other in scratch memory, which the
other two read.

Block 0 is the null block, which stands for no block in a table: nothing is written to it and
nothing is read from it. Its rows, and those without new tokens, are zeros in the output.
"""

import torch
import triton
import triton.language as tl

from ...devices import current
from .arguments import check_window
from .calls import Window
from .output import output_of
from .triton_launch import alike, attend_constants, copy_constants, launcher, readable
from .triton_shift import extend_kernel, keep_kernel
from .triton_softmax import attend, load_rows, nothing_seen, store_rows, tile_rows


@triton.jit(do_not_specialize=["length"])
def _attend_kernel(
    query_pointer, scale_pointer, sinks_pointer, scratch_pointer, extents_pointer, output_pointer,
    length,
    query_batch_stride: tl.int64, query_head_stride: tl.int64, query_group_stride: tl.int64,
    query_token_stride: tl.int64, sinks_head_stride: tl.int64, sinks_stride: tl.int64,
    scratch_side_stride: tl.int64, scratch_batch_stride: tl.int64, scratch_head_stride: tl.int64,
    WINDOW: tl.constexpr,
    GROUPS: tl.constexpr, SIZE: tl.constexpr, SINKS: tl.constexpr, BLOCK_SINKS: tl.constexpr,
    ROWS: tl.constexpr, KEYS: tl.constexpr, BLOCK_SIZE: tl.constexpr,
    NARROW: tl.constexpr, SPREAD: tl.constexpr,
):  # fmt: skip
    head, batch = tl.program_id(1), tl.program_id(2)
    held = tl.load(extents_pointer + 2 * batch)
    end = tl.load(extents_pointer + 2 * batch + 1)
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
    scratch_pointer += batch * scratch_batch_stride + head * scratch_head_stride
    # Real tokens see WINDOW - 1 back, the others nothing.
    last = held + tokens
    last = tl.where(last < end, last, -1)
    oldest = last - WINDOW
    begin = tl.maximum(held + tl.program_id(0) * ROWS // GROUPS - (WINDOW - 1), 0)
    stop = tl.minimum(held + newest, end)
    ahead = tl.arange(0, KEYS)
    # Counted in blocks of keys, for lockstep runs together what goes through loops as often.
    for step in range((stop - begin + (KEYS - 1)) // KEYS):
        places = begin + step * KEYS + ahead
        columns, lines = places[None, :], places[:, None]
        visible = (columns <= last) & (columns > oldest)
        filled = (lines < stop) & is_element
        extended = scratch_pointer + (lines * SIZE + elements)
        keys = tl.load(extended, mask=filled, other=0.0)
        values = tl.load(extended + scratch_side_stride, mask=filled, other=0.0)
        maximum, total, result = attend(
            query, keys, values, visible, scale, maximum, total, result, NARROW, SPREAD
        )
    store_rows(
        output_pointer, result, total, inside, tokens, groups, elements, length,
        GROUPS, SIZE, SPREAD,
    )  # fmt: skip


def window_triton(call: Window) -> torch.Tensor:
    """Append the new tokens to the window, in place, and attend: three launches, no waiting.

    Of the L new tokens `cache_offset` - `cache_seq_len` are real. Each sees itself and up to
    W - 1 tokens before it, rounded to the dtype of the cache. Afterwards the first
    min(`cache_offset`, W) slots hold as many last tokens, oldest first; slots behind them are left
    as they were. Queries that are not real get zeros; a row of which none is real writes nothing.

    Slots that hold no token have no influence, not even if they hold NaN. NaN in the value of a
    token may reach all queries of a tile of up to 64.

    Returns (NB, H, G, L, D), new and contiguous, in the dtype of `query`. Raises as
    `arguments.check_window`. Where that cannot read the indices, a row with ones that are
    impossible is taken for padding.
    """
    check_window(call)
    rows, heads, groups, length, size = call.query.shape
    query, (key, value) = readable(call.query), alike(call.key, call.value)
    cache, table = call.kv_cache, call.block_table
    window = cache.shape[4]
    output = output_of(query)
    extended = (2, rows, heads, window + length, size)
    scratch = torch.empty(extended, dtype=cache.dtype, device=query.device)
    # Tokens held and tokens with the new ones, 0 and 0 where nothing is owed.
    extents = torch.empty((rows, 2), dtype=torch.int32, device=query.device)
    indices = (call.cache_seq_len, call.cache_offset, table)
    index_strides = tuple(each.stride(0) for each in indices)
    cache_strides = (*cache.stride()[:3], *cache.stride()[4:])
    sinks_strides = (0, 0) if call.sinks is None else call.sinks.stride()
    copy = {"WINDOW": window, **copy_constants(window + length, size)}
    constants = {"WINDOW": window, **attend_constants(query, cache, call.sinks)}
    with current(query.device):
        tiles = triton.cdiv(window + length, copy["TOKENS"])
        launcher(extend_kernel, query)[(tiles, heads, rows)](
            key, value, cache, *indices, scratch, extents, length, cache.shape[1],
            *index_strides, *key.stride()[:2], key.stride(3), *cache_strides, *scratch.stride()[:3],
            **copy,
        )  # fmt: skip
        tiles = triton.cdiv(groups * length, constants["ROWS"])
        launcher(_attend_kernel, query)[(tiles, heads, rows)](
            query, call.qk_scale, call.sinks, scratch, extents, output, length,
            *query.stride()[:4], *sinks_strides, *scratch.stride()[:3], **constants,
        )  # fmt: skip
        launcher(keep_kernel, query)[(triton.cdiv(window, copy["TOKENS"]), heads, rows)](
            cache, table, scratch, extents, index_strides[2], *cache_strides, *scratch.stride()[:3],
            **copy,
        )  # fmt: skip
    return output
