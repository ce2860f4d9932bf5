"""The arguments of the operators: what is accepted, and what is raised otherwise.

Every implementation calls `check_paged` or `check_window`, eager ones as well as the fake kernels,
so that a wrong call fails the same way on every device and while tracing.
"""

import torch

from .calls import Paged, Window

STATE_DTYPES = (torch.float32, torch.bfloat16, torch.float16)
FLOAT_DTYPES = (*STATE_DTYPES, torch.float64)
# The vendor's compiler refuses 64-bit indices, and so do we.
INDEX_DTYPES = (torch.int16, torch.int32)


def check_paged(call: Paged) -> None:
    """Raise if the operator is not defined for these arguments.

    Reads metadata only, except for index tensors on the CPU: elsewhere reading them would wait for
    the device, and kernels mask off what lies outside.

    Raises TypeError for an argument of the wrong type or dtype, ValueError for a wrong shape, two
    devices, sequences that outgrow their NP * P slots, or blocks outside the cache. The messages
    state what was got and what is wanted.
    """
    _check_paged_metadata(call)
    check_paged_values(call)


def check_paged_values(call: Paged) -> None:
    """Raise for indices that `check_paged` refuses; of a call whose shapes and dtypes are right."""
    if not _readable(call.seq_idx):
        return
    _check_blocks(call)
    length, slots = call.query.shape[3], call.block_table.shape[-1] * call.kv_cache.shape[4]
    first, last = (int(start) for start in call.seq_idx.sum(dim=1).aminmax())
    if first < 0 or last + length > slots:
        raise ValueError(
            f"seq_idx: got rows that sum to {first}..{last}, want 0..{slots - length}, so that "
            f"{length} new tokens fit into {slots} slots"
        )


def _check_paged_metadata(call: Paged) -> None:
    indices = {"seq_idx": call.seq_idx, "block_table": call.block_table}
    floats = {"mask": call.mask, "qk_scale": call.qk_scale, "sinks": call.sinks}
    _check_common(call, indices, floats)
    rows, _, _, length, _ = call.query.shape
    partition = call.kv_cache.shape[4]
    table = call.block_table
    partitions = 1 if call.single else table.shape[-1] if table.dim() else 1
    _check_shape("block_table", table, (partitions,) if call.prefill else (rows, partitions))
    if partitions < 1:
        raise ValueError(f"block_table: got shape {_shape(table)}, want at least one partition")
    if tuple(call.seq_idx.shape) not in ((rows, 1), (rows, partitions)):
        raise ValueError(
            f"seq_idx: got shape {_shape(call.seq_idx)}, want {(rows, partitions)}, tokens of each "
            f"partition, or {(rows, 1)}, tokens altogether"
        )
    if call.mask is not None:
        _check_shape("mask", call.mask, (rows, 1, 1, length, partitions * partition))


def check_window(call: Window) -> None:
    """Raise if the operator is not defined for these arguments; otherwise as `check_paged`.

    A row with `cache_offset` <= `cache_seq_len` is padding and right.
    """
    _check_window_metadata(call)
    check_window_values(call)


def check_window_values(call: Window) -> None:
    """As `check_paged_values`, for `check_window`."""
    if not _readable(call.cache_seq_len):
        return
    _check_blocks(call)
    length, window = call.query.shape[3], call.kv_cache.shape[4]
    least, most = (int(held) for held in call.cache_seq_len.aminmax())
    if least < 0 or most > window:
        raise ValueError(f"cache_seq_len: got {least}..{most}, want 0..{window}, the window")
    real = int((call.cache_offset.int() - call.cache_seq_len.int()).max())
    if real > length:
        raise ValueError(
            f"cache_offset: got cache_seq_len + {real}, want at most cache_seq_len + {length}, "
            "the new tokens"
        )


def _check_window_metadata(call: Window) -> None:
    indices = {
        "cache_seq_len": call.cache_seq_len,
        "cache_offset": call.cache_offset,
        "block_table": call.block_table,
    }
    _check_common(call, indices, {"qk_scale": call.qk_scale, "sinks": call.sinks})
    rows = call.query.shape[0]
    _check_shape("cache_seq_len", call.cache_seq_len, (rows, 1))
    _check_shape("cache_offset", call.cache_offset, (rows, 1))
    _check_shape("block_table", call.block_table, (1,) if call.prefill else (rows, 1))


def _check_common(
    call: Paged | Window,
    indices: dict[str, torch.Tensor],
    floats: dict[str, torch.Tensor | None],
) -> None:
    query, cache = call.query, call.kv_cache
    _check_dtype("query", query, STATE_DTYPES)
    _check_dtype("key", call.key, (query.dtype,))
    _check_dtype("value", call.value, (query.dtype,))
    _check_dtype("kv_cache", cache, STATE_DTYPES)
    for name, tensor in indices.items():
        _check_dtype(name, tensor, INDEX_DTYPES)
    given = {name: tensor for name, tensor in floats.items() if tensor is not None}
    for name, tensor in given.items():
        _check_dtype(name, tensor, FLOAT_DTYPES)
    if query.dim() != 5 or min(query.shape) < 1:
        raise ValueError(f"query: got shape {_shape(query)}, want five axes, none empty")
    rows, heads, groups, length, size = query.shape
    if call.prefill and rows != 1:
        raise ValueError(f"query: got {rows} rows, want 1 in prefill")
    _check_shape("key", call.key, (rows, heads, 1, length, size))
    _check_shape("value", call.value, (rows, heads, 1, length, size))
    if cache.dim() != 6 or min(cache.shape) < 1:
        raise ValueError(f"kv_cache: got shape {_shape(cache)}, want six axes, none empty")
    blocks, slots = cache.shape[1], cache.shape[4]
    _check_shape("kv_cache", cache, (2, blocks, heads, 1, slots, size))
    _check_shape("qk_scale", call.qk_scale, ())
    sinks = call.sinks
    if sinks is not None and (sinks.dim() != 2 or sinks.shape[0] != heads * groups):
        raise ValueError(f"sinks: got shape {_shape(sinks)}, want ({heads * groups}, sinks)")
    others = {"key": call.key, "value": call.value, "kv_cache": cache, **indices, **given}
    for name, tensor in others.items():
        if tensor.device != query.device:
            raise ValueError(
                f"{name}: got device {tensor.device}, want {query.device}, where query is"
            )


def _check_dtype(name: str, tensor: object, dtypes: tuple[torch.dtype, ...]) -> None:
    if not isinstance(tensor, torch.Tensor):
        raise TypeError(f"{name}: got {type(tensor).__name__}, want a torch.Tensor")
    if tensor.dtype not in dtypes:
        wanted = ", ".join(str(dtype).removeprefix("torch.") for dtype in dtypes)
        wanted = wanted if len(dtypes) == 1 else f"one of {wanted}"
        got = str(tensor.dtype).removeprefix("torch.")
        raise TypeError(f"{name}: got dtype {got}, want {wanted}")


def _check_shape(name: str, tensor: torch.Tensor, shape: tuple[int, ...]) -> None:
    if tuple(tensor.shape) != shape:
        raise ValueError(f"{name}: got shape {_shape(tensor)}, want {shape}")


def _check_blocks(call: Paged | Window) -> None:
    blocks = call.kv_cache.shape[1]
    least, most = (int(block) for block in call.block_table.aminmax())
    if least < 0 or most >= blocks:
        raise ValueError(f"block_table: got blocks {least}..{most}, want 0..{blocks - 1}")


def _shape(tensor: torch.Tensor) -> str:
    return str(tuple(tensor.shape))


def _readable(tensor: torch.Tensor) -> bool:
    """Whether elements can be read without waiting for a device or breaking a trace."""
    plain = type(tensor) is torch.Tensor and tensor.device.type == "cpu"
    return plain and not torch.compiler.is_compiling()
