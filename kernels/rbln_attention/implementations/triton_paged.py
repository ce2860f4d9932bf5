"""Attention over a paged cache: a launch that attends and appends, and one that merges splits.

Block 0 is the null block, which stands for no block in a table: nothing is written to it and
nothing is read from it. That also settles padded rows of a decode batch, whose table is all zeros:
they see no key, and their output is zeros.
"""

from dataclasses import dataclass

import torch

from ...devices import current
from ..launch_shapes import LaunchShape, known, launch_shape, processor_of, tiles_of
from .arguments import check_paged, check_paged_values
from .calls import Paged
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
from .triton_merge import merge_kernel
from .triton_plans import Launch, planned
from .triton_splits import merge_constants, split_constants, splits_of

PREFILL, DECODE = (f"flash_causal_attention_naive_{phase}" for phase in ("prefill", "decode"))
"""The operators whose measured launch shapes stand for all with a paged cache."""

# Blocks of a sequence where a trace leaves their number open.
MANY_PARTS = 64

# Numbers of a row of `seq_idx` that are read at once, if there are several.
MOST_COLUMNS = 64


def shape_of(call: Paged) -> LaunchShape:
    """The launch shape for a call, by its sizes and its device."""
    _, heads, groups, _, size = call.query.shape
    rows, length = open_sizes(call)
    slots, parts = int(call.kv_cache.shape[4]), known(call.block_table.shape[-1]) or MANY_PARTS
    heads, groups, size = int(heads), int(groups), int(size)
    sizes = (("NB", rows), ("H", heads), ("G", groups), ("L", length), ("D", size), ("P", slots),
             ("NP", parts))  # fmt: skip
    dtype = str(call.query.dtype).removeprefix("torch.")
    name = PREFILL if call.prefill else DECODE
    return launch_shape(name, processor_of(call.query.device), dtype, is_narrow(call), sizes)


def paged_triton(call: Paged, shape: LaunchShape | None = None) -> torch.Tensor:
    """Append the new tokens to the cache, in place, and attend: one launch or two, no waiting.

    Positions start .. start + L - 1 get the new keys and values, rounded to the dtype of the
    cache; they may lie in several partitions, which the vendor's kernels do not support. Query i
    sees positions up to start + i, or those below start + L where the mask is above 0.

    A slot that no query of a tile of up to 128 rows sees has no influence, not even if it holds
    NaN; so it is with all slots behind start + L, and with blocks that the table does not name. NaN
    in the value of a slot that some queries see may reach the others.

    shape: how to launch, by default what `launch_shapes` says. Returns (NB, H, G, L, D) as
    `output_of`, in the dtype of `query`; zeros where nothing is visible. Raises as
    `arguments.check_paged`. Where that cannot read the indices, positions and blocks that do not
    exist are neither read nor written.
    """
    plan = planned(call, shape, check_paged, check_paged_values, _plan)
    query, (key, value) = readable(call.query), alike(call.key, call.value)
    output = output_of(query)
    results = output
    if plan.merge is not None:
        results = query.new_empty((plan.scratch,), dtype=torch.float32)
    with current(query.device):
        plan.attend.run(
            query, key, value, call.kv_cache, _mask_of(call), call.qk_scale, call.seq_idx, None,
            call.block_table, call.sinks, results,
        )  # fmt: skip
        if plan.merge is not None:
            plan.merge.run(results, output)
    return output


@dataclass(frozen=True)
class _Plan:
    attend: Launch
    merge: Launch | None
    """None without splits."""
    scratch: int
    """Elements of float32 for partial results."""


def _plan(call: Paged, shape: LaunchShape | None) -> _Plan:
    shape = shape or shape_of(call)
    rows, heads, groups, length, size = call.query.shape
    query, (key, _) = readable(call.query), alike(call.key, call.value)
    cache, table, starts, mask = call.kv_cache, call.block_table, call.seq_idx, _mask_of(call)
    partition, parts, columns = int(cache.shape[4]), table.shape[-1], starts.shape[1]
    tiles = tiles_of(groups * length, shape.rows)
    processors = processor_of(query.device).count
    shares = splits_of(shape, tiles * heads * rows, parts * partition, processors)
    splits = shares.count
    mask_strides = (0, 0) if mask is None else (mask.stride(0), mask.stride(3))
    sink_numbers = (0, 0, 0) if call.sinks is None else (call.sinks.shape[1], *call.sinks.stride())
    query_strides, new_strides, strides = (strides_of(each) for each in (query, key, cache))
    constants = attend_constants(call, shape, query, key)
    vectors = constants["WIDE"]
    attend = Launch(
        attend_kernel if vectors else attend_unaligned_kernel,
        (tiles * splits, heads, rows),
        (
            length, parts * partition, cache.shape[1], splits, shares.shares, int(shares.few),
            columns, groups, size, sink_numbers[0], partition, partition.bit_length() - 1,
            *query_strides[:4], *new_strides[:2], new_strides[3],
            *strides[:3], *strides[4:], *mask_strides, *starts.stride(), 0,
            0 if call.prefill else table.stride(0), table.stride(-1), *sink_numbers[1:],
        ),
        {
            # What is not read in vectors is rare: it is looked up in one way.
            "LOOKUP": _lookup(parts, partition, shape.keys) if vectors else 3,
            "COLUMNS": 1 if vectors and columns == 1 else MOST_COLUMNS,
            "WINDOWED": False,
            "MOVED": False,
            **split_constants(call, shares),
            **constants,
        },
    )  # fmt: skip
    if not may_exceed_1(splits):
        return _Plan(attend, None, 0)
    merges = {
        **size_constants(call),
        **merge_constants(call, shares),
        "PARTS": PARTS,
        "num_warps": 1,
    }
    numbers = (length, splits, groups, size)
    merge = Launch(merge_kernel, (groups * length, heads, rows), numbers, merges)
    return _Plan(attend, merge, scratch_elements(call, splits))


def _mask_of(call: Paged) -> torch.Tensor | None:
    """The mask as kernels read it."""
    return None if call.mask is None else readable(call.mask)


def _lookup(parts: int, partition: int, keys: int) -> int:
    """How `find_slots` finds the blocks of a tile of keys."""
    if parts == 1:
        return 0
    if partition % keys == 0:
        return 1
    return 2 if partition & (partition - 1) == 0 else 3
