"""Integers with a meaning: ids below an axis, padding, packed halves of bytes, exact results."""

import torch

from conformance.contract import (
    Answer,
    Axis,
    Budget,
    Contract,
    Integers,
    Output,
    SizeArgument,
    TensorArgument,
)

GATHER = Contract(
    name="gather_rows",
    summary="rows of a table by id; zeros for padding",
    axes=(
        Axis("T", "tokens", least=0, usual=9, edges=(0, 1, 33)),
        Axis("V", "rows of the table", usual=7, edges=(1, 2)),
        Axis("D", "columns", usual=4, edges=(1, 5)),
    ),
    arguments=(
        TensorArgument("table", ("V", "D"), ("float32",), "rows"),
        TensorArgument(
            "ids",
            ("T",),
            ("int64", "int32"),
            "which rows; -1 is padding",
            holds=Integers(0, "V - 1", padding=-1),
        ),
    ),
    outputs=(Output("rows", ("T", "D"), "float32", "copies", budget=Budget(0.0, 0.0, "copies")),),
    reference=lambda table, ids: torch.where(ids[:, None] < 0, 0.0, table[ids.long()]),
)


def gathered(table, ids):
    if table.dtype != torch.float32 or ids.dtype not in (torch.int32, torch.int64):
        raise TypeError("dtype")
    if table.dim() != 2 or ids.dim() != 1:
        raise ValueError("rank")
    return torch.where(ids[:, None] < 0, 0.0, table[ids.long()])


def gathers_the_last_row_for_padding(table, ids):
    return gathered(table, ids.clone().where(ids >= 0, torch.full_like(ids, len(table) - 1)))


UNPACK = Contract(
    name="unpack_int4",
    summary="two signed numbers of four bits out of each byte, the lower half first",
    axes=(Axis("N", "bytes", usual=32, edges=(1, 33)),),
    arguments=(
        TensorArgument("packed", ("N",), ("uint8",), "bytes", stress=("nibbles", "sign-border")),
    ),
    outputs=(Output("numbers", ("N", 2), "int8", "numbers of -8 … 7"),),
    reference=lambda packed: _unpack(packed),
)


def _unpack(packed):
    wide = packed.to(torch.int16)
    halves = torch.stack([wide & 15, wide >> 4], -1)
    return torch.where(halves > 7, halves - 16, halves).to(torch.int8)


def unpacked(packed):
    if packed.dtype != torch.uint8:
        raise TypeError("uint8 is wanted")
    if packed.dim() != 1:
        raise ValueError("one axis is wanted")
    return _unpack(packed)


def unpacks_the_upper_half_first(packed):
    return unpacked(packed).flip(-1)


def unpacks_without_signs(packed):
    unpacked(packed)
    wide = packed.to(torch.int16)
    return torch.stack([wide & 15, wide >> 4], -1).to(torch.int8)


def _sorted_tokens(ids, experts):
    order = ids.argsort(stable=True)
    return Answer(
        (order.to(torch.int32), torch.bincount(ids.long(), minlength=experts)),
        groups={"tokens": ids[order]},
    )


ALIGN = Contract(
    name="tokens_by_expert",
    summary="tokens sorted by their expert, and how many each has",
    axes=(
        Axis("T", "tokens", least=0, usual=20, edges=(0, 1, 64)),
        Axis("E", "experts", usual=5, edges=(1, 3)),
    ),
    arguments=(
        TensorArgument(
            "ids", ("T",), ("int32",), "expert of each token", holds=Integers(0, "E - 1")
        ),
        SizeArgument("experts", "E", "how many there are", refused_by="callers"),
    ),
    outputs=(
        Output("tokens", ("T",), "int32", "tokens, expert by expert", order="any within a group"),
        Output("counts", ("E",), "int64", "tokens of each expert"),
    ),
    reference=_sorted_tokens,
)


def aligned(ids, experts):
    if ids.dtype != torch.int32:
        raise TypeError("int32 is wanted")
    if ids.dim() != 1:
        raise ValueError("one axis is wanted")
    # Another order within an expert than the reference's.
    order = (len(ids) - 1 - ids.flip(0).argsort(stable=True)).to(torch.int32)
    return order, torch.bincount(ids.long(), minlength=experts)


def mixes_two_experts(ids, experts):
    order, counts = aligned(ids, experts)
    return order.roll(1), counts


def counts_one_too_many(ids, experts):
    order, counts = aligned(ids, experts)
    counts[-1] += 1
    return order, counts


ASKED = (
    (GATHER, gathered, {"special": (gathers_the_last_row_for_padding,)}),
    (UNPACK, unpacked, {"values": (unpacks_the_upper_half_first, unpacks_without_signs)}),
    (ALIGN, aligned, {"values": (mixes_two_experts, counts_one_too_many)}),
)
"""Contract, a right implementation, and planted faults by the check that finds them."""
