"""What is measured of the attention operators: decode steps, chunks, windows. No torch.

Heads are those of Qwen3-0.6B: 8 of keys, 2 of queries to each, 128 elements.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from conformance.contract import Measured, Peer, Point, imported

from .table import OperatorKind

_PEERS = "conformance_kernels.rbln_attention.peers"
_APPEND = "the append of the new tokens"

HEADS = {"H": 8, "G": 2, "D": 128, "SPARE": 0, "dtype": "bfloat16"}
DECODES = ((1, 1024), (1, 8192), (1, 32768), (16, 4096), (64, 8192), (256, 2048))
"""Sequences of a batch, and the tokens that each holds."""
SLOTS = (1024, 16)
"""Slots of a block: as the vendor serves, and as vLLM does."""
CHUNKS = ((128, 1024), (128, 8192), (512, 4096), (512, 32768), (2048, 8192), (2048, 32768))
"""New tokens of a sequence, and those that it holds with them."""
WINDOW = 1024


def _decodes() -> tuple[Point, ...]:
    return tuple(
        {"NB": batch, "NP": context // slots, "P": slots, "L": 1, **HEADS, "seq_idx_values": "full"}
        for slots in SLOTS
        for batch, context in DECODES
    )


def _chunks() -> tuple[Point, ...]:
    points: list[Point] = []
    for new, context in CHUNKS:
        slots = max(SLOTS[0], new)  # a chunk lies in one block
        points.append(
            {"L": new, "NP": context // slots, "P": slots, **HEADS, "seq_idx_values": "full"}
        )
    return tuple(points)


def _in_one_block(kind: OperatorKind) -> tuple[Point, ...]:
    if kind.decode:
        return tuple(
            {"NB": batch, "P": context, "L": 1, **HEADS, "seq_idx_values": "full"}
            for batch, context in DECODES
            if context <= 8192
        )
    return tuple(
        {"L": new, "P": context, **HEADS, "seq_idx_values": "full"}
        for new, context in CHUNKS
        if context <= 8192
    )


def _windows(kind: OperatorKind) -> tuple[Point, ...]:
    held = {"W": WINDOW, **HEADS, "cache_seq_len_values": "W"}
    if kind.decode:
        return tuple({"NB": batch, **held} for batch in (1, 16, 64, 256))
    return tuple({"L": new, **held} for new in (128, 512, 2048))


def points_of(kind: OperatorKind) -> tuple[Point, ...]:
    """The calls of an operator whose time is measured."""
    if kind.window:
        return _windows(kind)
    if not kind.partitioned:
        return _in_one_block(kind)
    return _decodes() if kind.decode else _chunks()


def moved(kind: OperatorKind, names: Mapping[str, Any]) -> tuple[int, int]:
    """Bytes to read and to write: what sequences hold once, queries, new tokens, the output."""
    size = {"float32": 4, "bfloat16": 2, "float16": 2}
    element, cached = size[names["query_dtype"]], size[names["kv_cache_dtype"]]
    rows, new = names.get("NB", 1), names.get("L", 1)
    head = names["H"] * names["D"]
    slots = names["W"] if kind.window else names["P"] * names.get("NP", 1)
    held = slots if kind.window else slots - new
    tokens, queries = rows * new * head, rows * new * head * names["G"]
    kept = min(new, slots)
    read = 2 * rows * held * head * cached + (queries + 2 * tokens) * element
    if kind.masked:
        read += rows * new * slots * size[names["mask_dtype"]]
    # A window is shifted, so that all of it is written.
    written = rows * (slots if kind.window else kept) * head * cached * 2 + queries * element
    return read, written


def _along(kind: OperatorKind) -> tuple[str, str]:
    if kind.window:
        return ("NB * W", "tokens in all windows") if kind.decode else ("L", "new tokens")
    slots = "NP * P" if kind.partitioned else "P"
    if kind.decode:
        return f"NB * {slots}", "tokens held by the whole batch"
    return f"L * {slots}", "new tokens times tokens held"


def peers_of(kind: OperatorKind) -> tuple[Peer, ...]:
    """Who else does the work of an operator; nobody else knows sinks."""
    if kind.sinks:
        return ()
    gathered = f"{_PEERS}.gathered:GATHERED[{kind.name}]"
    peers = (
        Peer("gather+sdpa", gathered, "append, gather, scaled_dot_product_attention, in torch"),
        Peer(
            "compiled gather",
            gathered,
            "the same through torch.compile",
            # Nothing in it is tuned, and it writes to its arguments, which no graph of torch's may.
            modes=("default",),
        ),
    )
    if kind.masked:
        return peers
    return (
        *peers,
        Peer(
            "flex",
            f"{_PEERS}.flexible:FLEXIBLE[{kind.name}]",
            "FlexAttention with a paged mask, compiled",
            # Tuning it takes minutes at each point.
            modes=("default",),
            prepared=True,
            lacks=imported(f"{_PEERS}.flexible:lacks"),
            leaves_out=_APPEND,
        ),
        Peer(
            "vllm",
            f"{_PEERS}.vllm_unified:UNIFIED[{kind.name}]",
            "the unified attention of vLLM 0.32.0 on blocks of 16, the faster of its two kernels",
            modes=("whole", "segments"),
            prepared=True,
            leaves_out=_APPEND,
        ),
    )


def measured(kind: OperatorKind) -> Measured:
    """What is measured of an operator."""
    along, meaning = _along(kind)
    apart = ("P",) if kind.partitioned and kind.decode else ()
    return Measured(points_of(kind), along, meaning, peers_of(kind), partial(moved, kind), apart)
