"""Attention over a sliding window: a launch that attends, and one that moves the window on.

One launch does both where a program has all rows of a head and all of its window. Otherwise the
first one only reads the cache, and the second one writes it and merges what splits came to.

Block 0 is the null block, which stands for no block in a table: nothing is written to it and
nothing is read from it. Its rows, and those without new tokens, are zeros in the output.
"""

from dataclasses import dataclass

import torch

from ...devices import current
from ..launch_shapes import LaunchShape, known, launch_shape, power_of_2, processor_of, tiles_of
from .arguments import check_window, check_window_values
from .calls import Window
from .output import output_of
from .triton_attend import attend_kernel, attend_unaligned_kernel
from .triton_launch import (
    PARTS,
    alike,
    attend_constants,
    is_narrow,
    may_exceed_1,
    open_sizes,
    readable,
    scratch_elements,
    size_constants,
    strides_of,
)
from .triton_plans import Launch, planned
from .triton_shift import shift_kernel
from .triton_splits import merge_constants, split_constants, splits_of

PREFILL, DECODE = (f"sliding_window_attention_naive_{phase}" for phase in ("prefill", "decode"))

# Bytes of a token that a program of the second launch moves: a sector of memory. Tokens of a tile.
SLICE_BYTES, SHIFTED_TOKENS = 32, 1024


def shape_of(call: Window) -> LaunchShape:
    """The launch shape for a call, by its sizes and its device."""
    _, heads, groups, _, size = call.query.shape
    rows, length = open_sizes(call)
    heads, groups, size = int(heads), int(groups), int(size)
    sizes = (("NB", rows), ("H", heads), ("G", groups), ("L", length), ("D", size),
             ("W", int(call.kv_cache.shape[4])))  # fmt: skip
    dtype = str(call.query.dtype).removeprefix("torch.")
    name = PREFILL if call.prefill else DECODE
    return launch_shape(name, processor_of(call.query.device), dtype, is_narrow(call), sizes)


def window_triton(call: Window, shape: LaunchShape | None = None) -> torch.Tensor:
    """Append the new tokens to the window, in place, and attend: one launch or two, no waiting.

    Of the L new tokens `cache_offset` - `cache_seq_len` are real. Each sees itself and up to
    W - 1 tokens before it, rounded to the dtype of the cache. Afterwards the first
    min(`cache_offset`, W) slots hold as many last tokens, oldest first; slots behind them are left
    as they were. Queries that are not real get zeros; a row of which none is real writes nothing.

    Slots that hold no token have no influence, not even if they hold NaN. NaN in the value of a
    token may reach all queries of a tile of up to 128 rows.

    shape: how to launch, by default what `launch_shapes` says. Returns (NB, H, G, L, D) as
    `output_of`, in the dtype of `query`. Raises as `arguments.check_window`. Where that cannot read
    the indices, a row with ones that are impossible is taken for padding.
    """
    plan = planned(call, shape, check_window, check_window_values, _plan)
    query, (key, value) = readable(call.query), alike(call.key, call.value)
    cache, table, held, end = call.kv_cache, call.block_table, call.cache_seq_len, call.cache_offset
    output = output_of(query)
    results = output
    if plan.scratch:
        results = query.new_empty((plan.scratch,), dtype=torch.float32)
    with current(query.device):
        plan.attend.run(
            query, key, value, cache, None, call.qk_scale, held, end, table, call.sinks, results
        )
        if plan.shift is not None:
            plan.shift.run(key, value, cache, held, end, table, results, output)
    return output


@dataclass(frozen=True)
class _Plan:
    attend: Launch
    shift: Launch | None
    """None if one launch does both."""
    scratch: int
    """Elements of float32 for partial results; 0 without splits."""


def _plan(call: Window, shape: LaunchShape | None) -> _Plan:
    shape = shape or shape_of(call)
    rows, heads, groups, length, size = call.query.shape
    query, (key, _) = readable(call.query), alike(call.key, call.value)
    cache, table, held, end = call.kv_cache, call.block_table, call.cache_seq_len, call.cache_offset
    window = int(cache.shape[4])
    tiles = tiles_of(groups * length, shape.rows)
    processors = processor_of(query.device).count
    shares = splits_of(shape, tiles * heads * rows, window, processors)
    splits = shares.count
    moved = known(tiles) == known(splits) == 1
    query_strides, new_strides, strides = (strides_of(each) for each in (query, key, cache))
    new_strides = (*new_strides[:2], new_strides[3])
    cache_strides = (*strides[:3], *strides[4:])
    sink_numbers = (0, 0, 0) if call.sinks is None else (call.sinks.shape[1], *call.sinks.stride())
    constants = attend_constants(call, shape, query, key)
    attend = Launch(
        attend_kernel if constants["WIDE"] else attend_unaligned_kernel,
        (tiles * splits, heads, rows),
        (
            length, window, cache.shape[1], splits, shares.shares, int(shares.few),
            1, groups, size, sink_numbers[0], window, 0,
            *query_strides[:4], *new_strides, *cache_strides, 0, 0,
            held.stride(0), 0, end.stride(0), table.stride(0), 0, *sink_numbers[1:],
        ),
        {
            "LOOKUP": 0,
            "COLUMNS": 1,
            "WINDOWED": True,
            "MOVED": moved,
            **split_constants(call, shares),
            **constants,
        },
    )  # fmt: skip
    if moved:
        return _Plan(attend, None, 0)
    merged = groups * length if may_exceed_1(splits) else 0
    piece = min(SLICE_BYTES // cache.element_size(), power_of_2(int(size)))
    shift = Launch(
        shift_kernel,
        (merged + 2 * tiles_of(size, piece), heads, rows),
        (
            length, window, cache.shape[1], splits, merged, groups, size,
            *new_strides, *cache_strides,
            held.stride(0), end.stride(0), table.stride(0),
        ),
        {
            "SPLIT": may_exceed_1(splits),
            "TOKENS": 64 if max(window, known(length) or SHIFTED_TOKENS) <= 64 else SHIFTED_TOKENS,
            "SLICE": piece,
            "PARTS": PARTS,
            "CONTIGUOUS": cache.stride(-1) == 1,
            **size_constants(call, key),
            **merge_constants(call, shares),
        },
    )  # fmt: skip
    return _Plan(attend, shift, scratch_elements(call, splits))
