"""Where the keys of a tile lie: cached ones in the blocks of a table, new ones in their tensors."""

import triton
import triton.language as tl

from .triton_softmax import products_of, weigh, weigh_all


@triton.jit
def find_slots(
    table, first, ahead, wanted, blocks, partition, bits, table_stride, block_stride, slot_stride,
    LOOKUP: tl.constexpr,
):  # fmt: skip
    """Offsets of the positions `first` + `ahead`, and whether their block exists.

    Block 0 stands for no block. The table is read once if a tile lies in one block (LOOKUP is 0 if
    there is but one, 1 if tiles divide blocks); then whether it exists is a scalar. Else each
    position looks its block up; LOOKUP is 2 for blocks of 2**`bits` slots.
    """
    if LOOKUP == 0:
        block = tl.load(table)
        offsets = block * block_stride + (first + ahead) * slot_stride
    elif LOOKUP == 1:
        block = tl.load(table + (first // partition).to(tl.int64) * table_stride)
        offsets = block * block_stride + first % partition * slot_stride + ahead * slot_stride
    else:
        positions = first + ahead
        if LOOKUP == 2:
            parts, places = positions >> bits, positions & (partition - 1)
        else:
            parts, places = positions // partition, positions % partition
        block = tl.load(table + parts.to(tl.int64) * table_stride, mask=wanted, other=0)
        offsets = block * block_stride + places * slot_stride
    # The strides are of 64 bits: offsets of far blocks outgrow 32.
    return offsets, (block > 0) & (block < blocks)


@triton.jit
def have_slots(
    table, start, length, slots, blocks, partition, table_stride, LOOKUP: tl.constexpr,
    ENTRIES: tl.constexpr,
):  # fmt: skip
    """Whether positions `start` .. `start` + `length` - 1 exist, and the blocks of all."""
    missing = tl.where((start < 0) | (start + length > slots), 1, 0)
    begin, end = start, start + length
    if LOOKUP > 0:
        begin, end = begin // partition, (end - 1) // partition + 1
    else:
        begin, end = 0, 1
    # Nothing is looked up where positions do not exist.
    for step in range(tl.where(missing > 0, 0, (end - begin + (ENTRIES - 1)) // ENTRIES)):
        entries = begin + step * ENTRIES + tl.arange(0, ENTRIES)
        block = tl.load(table + entries.to(tl.int64) * table_stride, mask=entries < end, other=1)
        absent = (block <= 0) | (block >= blocks)
        missing += tl.max((absent & (entries < end)).to(tl.int32), axis=0)
    return missing == 0


@triton.jit
def see_cached(
    query, scale, maximum, total, result, cache, masks, table, is_element, is_row,
    first, stop, last, shift, slots, blocks, partition, bits,
    side_stride, block_stride, slot_stride, table_stride,
    EDGE: tl.constexpr, LOOKUP: tl.constexpr, MASKED: tl.constexpr, WINDOWED: tl.constexpr,
    MOVED: tl.constexpr, KEYS: tl.constexpr, NARROW: tl.constexpr, SPREAD: tl.constexpr,
):  # fmt: skip
    """The rows see the tile of cached keys from position `first` on, those before `stop`.

    All rows see all of a tile that is no EDGE. If MOVED, what was read is written back `shift`
    slots further to the front, for a window from which as many tokens fall.
    """
    ahead = tl.arange(0, KEYS)[:, None]
    positions = first + ahead
    offsets, owned = find_slots(
        table, first, ahead, positions < stop, blocks, partition, bits, table_stride, block_stride,
        slot_stride, LOOKUP,
    )  # fmt: skip
    if EDGE:
        owned = owned & (positions < stop)
    if MASKED:
        shown = masks + tl.trans(positions)
        visible = tl.load(shown, mask=is_row & tl.trans(owned), other=0.0) > 0.0
        # A weight of zero would not keep NaN out.
        owned = tl.trans(tl.max(visible.to(tl.int32), axis=0, keep_dims=True)) > 0
    places = cache + offsets
    filled = owned & is_element
    keys = tl.load(places, mask=filled, other=0.0)
    values = tl.load(places + side_stride, mask=filled, other=0.0)
    if MOVED:
        # Every thread has read its part of the tile before another one writes there.
        tl.debug_barrier()
        kept = filled & (positions >= shift) & (shift > 0)
        tl.store(places - shift * slot_stride, keys, mask=kept)
        tl.store(places + side_stride - shift * slot_stride, values, mask=kept)
    products = products_of(query, keys, NARROW)
    if EDGE or LOOKUP > 1:
        if not MASKED:
            visible = tl.trans(owned)
            if WINDOWED:
                visible = visible & (tl.trans(positions) > last - slots)
        scores = tl.where(visible, products * scale, float("-inf"))
        maximum, total, result = weigh(scores, values, maximum, total, result, NARROW, SPREAD)
    else:
        hidden = tl.where(owned, 0.0, float("-inf"))
        maximum, total, result = weigh_all(
            products, scale, hidden, values, maximum, total, result, NARROW, SPREAD
        )
    return maximum, total, result


@triton.jit
def see_new(
    query, scale, maximum, total, result, key_pointer, value_pointer, elements, is_element,
    first, token_stride, stored: tl.constexpr, KEYS: tl.constexpr,
    NARROW: tl.constexpr, SPREAD: tl.constexpr,
):  # fmt: skip
    """The rows see all of the tile of new tokens from `first` on, as they are cached."""
    places = (first + tl.arange(0, KEYS)[:, None]) * token_stride + elements
    keys = tl.load(key_pointer + places, mask=is_element, other=0.0).to(stored)
    values = tl.load(value_pointer + places, mask=is_element, other=0.0).to(stored)
    products = products_of(query, keys, NARROW)
    return weigh_all(products, scale, 0.0, values, maximum, total, result, NARROW, SPREAD)


@triton.jit
def see_newest(
    query, scale, maximum, total, result, key_pointer, value_pointer, cache, masks, table,
    elements, is_element, is_row, tokens, first, limit, start, shift, own, own_end,
    slots, blocks, partition, bits,
    token_stride, side_stride, block_stride, slot_stride, table_stride,
    LOOKUP: tl.constexpr, MASKED: tl.constexpr, WINDOWED: tl.constexpr, MOVED: tl.constexpr,
    KEYS: tl.constexpr, NARROW: tl.constexpr, SPREAD: tl.constexpr,
):  # fmt: skip
    """The rows see the tile of new tokens from `first` on, those before `limit`, as cached.

    Tokens `own` .. `own_end` - 1 are appended to the cache, unless it is a window: its tokens are,
    if MOVED.
    """
    arrived = first + tl.arange(0, KEYS)[:, None]
    positions = start + arrived
    owned = arrived < limit
    stored = cache.dtype.element_ty
    key_pointer += arrived * token_stride + elements
    value_pointer += arrived * token_stride + elements
    if not WINDOWED:
        owned = owned & (positions >= 0) & (positions < slots)
        offsets, exists = find_slots(
            table, start, arrived, owned, blocks, partition, bits, table_stride, block_stride,
            slot_stride, 3 if LOOKUP == 1 else LOOKUP,
        )  # fmt: skip
        owned = owned & exists
    filled = owned & is_element
    keys = tl.load(key_pointer, mask=filled, other=0.0).to(stored)
    values = tl.load(value_pointer, mask=filled, other=0.0).to(stored)
    if MOVED:
        block = tl.load(table)
        slot = positions - shift
        places = cache + (block * block_stride + slot * slot_stride)
        tl.store(places, keys, mask=filled & (slot >= 0))
        tl.store(places + side_stride, values, mask=filled & (slot >= 0))
    elif not WINDOWED:
        mine = filled & (arrived >= own) & (arrived < own_end)
        tl.store(cache + offsets, keys, mask=mine)
        tl.store(cache + offsets + side_stride, values, mask=mine)
    if MASKED:
        shown = masks + tl.trans(positions)
        visible = tl.load(shown, mask=is_row & tl.trans(owned), other=0.0) > 0.0
        seen = tl.trans(tl.max(visible.to(tl.int32), axis=0, keep_dims=True)) > 0
        values = tl.where(seen, values, 0.0)
    else:
        columns = tl.trans(arrived)
        visible = (columns <= tokens) & tl.trans(owned)
        if WINDOWED:
            visible = visible & (columns > tokens - slots)
    products = products_of(query, keys, NARROW)
    scores = tl.where(visible, products * scale, float("-inf"))
    return weigh(scores, values, maximum, total, result, NARROW, SPREAD)
