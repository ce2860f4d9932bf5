"""Calls of the operators with answers by the oracle: sequences scattered over a cache of NaN."""

import random

import torch
from conformance_kernels.rbln_attention.names import FAMILY

from .case import Case
from .oracle import attend

PAGED = tuple(name for name in FAMILY if not name.startswith("sliding_window"))
WINDOWS = tuple(name for name in FAMILY if name.startswith("sliding_window"))


def _random(shape, generator, dtype, size=1.0):
    return (torch.randn(shape, generator=generator) * size).to(dtype)


def _state(rows, heads, length, size, generator, dtype):
    """New keys or values as the backend passes them: token-major memory seen head-major."""
    return _random((rows, length, heads, size), generator, dtype).transpose(1, 2)[:, :, None]


def _query(rows, heads, groups, length, size, generator, dtype, loud):
    memory = _random((rows, length, heads * groups, size), generator, dtype, loud)
    return memory.transpose(1, 2).unflatten(1, (heads, groups))


def _cache(blocks, heads, slots, size, dtype, layout):
    """A cache of NaN: dense; slots before heads and room between elements; or blocks far apart."""
    shape = (2, blocks, heads, 1, slots, size)
    if layout == "slots-first":
        memory = torch.empty(blocks, slots, 2, heads, 2 * size, dtype=dtype)
        cache = memory[..., ::2].permute(2, 0, 3, 1, 4)[:, :, :, None]
    elif layout == "far":
        # Block 2 begins behind 2**31 elements; pages that nobody touches take no memory.
        dense = torch.empty(shape, dtype=dtype)
        side = dense[0, 0].numel()
        memory = torch.empty((blocks - 1) * 2**30 + 2 * side, dtype=dtype)
        cache = memory.as_strided(shape, (side, 2**30, *dense.stride()[2:]))
    else:
        cache = torch.empty(shape, dtype=dtype)
    return cache.fill_(torch.nan)


def paged(
    name, *, rows=None, heads=2, groups=2, length=3, size=8, slots=4, parts=3, starts=None,
    dtype=torch.float32, cache_dtype=None, index_dtype=torch.int32, absolute=False, scale=0.3,
    padded=0, sinks=0, mask="random", spare=3, layout="dense", loud=1.0, seed=0,
):  # fmt: skip
    """A call of an operator over a paged cache; the last `padded` rows are padding."""
    generator, rng = torch.Generator().manual_seed(seed), random.Random(seed)
    decode, single = name.endswith("decode"), not name.startswith("flash")
    parts = 1 if single else parts
    rows = (2 if rows is None else rows) if decode else 1
    if starts is None:
        starts = [rng.randint(0, slots * parts - length) for _ in range(rows)]
    blocks = 1 + rows * parts + spare
    cache = _cache(blocks, heads, slots, size, cache_dtype or dtype, layout)
    table = torch.tensor(rng.sample(range(1, blocks), rows * parts)).reshape(rows, parts)
    query = _query(rows, heads, groups, length, size, generator, dtype, loud)
    new = [_state(rows, heads, length, size, generator, dtype) for _ in range(2)]
    scale = torch.as_tensor(scale)
    sink_logits = torch.randn(heads * groups, sinks, generator=generator)
    width = slots * parts
    masks = torch.zeros(rows, 1, 1, length, width)
    live = range(rows - padded)
    wanted, after = {}, []
    for row in live:
        start = starts[row]
        held = [_random((start, heads, size), generator, cache.dtype) for _ in range(2)]
        both = [
            torch.cat([old, each[row, :, 0].transpose(0, 1).to(cache.dtype)])
            for old, each in zip(held, new, strict=True)
        ]
        for position in range(start + length):
            block, slot = int(table[row, position // slots]), position % slots
            for side in (0, 1):
                if position < start:
                    cache[side, block, :, 0, slot] = both[side][position]
                else:
                    after.append((side, block, slot, both[side][position]))
        masks[row, 0, 0, :, : start + length] = _mask(mask, length, start, generator)
        for head in range(heads):
            tokens = [(both[0][at, head], both[1][at, head]) for at in range(start + length)]
            for token in range(length):
                shown = [
                    bool(masks[row, 0, 0, token, at] > 0)
                    if "causal" not in name
                    else at <= start + token
                    for at in range(start + length)
                ]
                for group in range(groups):
                    wanted[row, head, group, token] = attend(
                        query[row, head, group, token], tokens, shown, scale,
                        sink_logits[head * groups + group].tolist(),
                    )  # fmt: skip
    starts = torch.tensor(starts)[:, None]
    starts[len(live) :] = 0
    table[len(live) :] = 0
    held = (starts - torch.arange(parts) * slots).clamp(0, slots)
    table = table.to(index_dtype)
    arguments = {
        "mask": masks,
        "seq_idx": (starts if absolute else held).to(index_dtype),
        "qk_scale": scale,
        "block_table": table if decode else table[0],
    }
    return _case(name, query, new, cache, arguments, sink_logits, wanted, after,
                 list(range(len(live), rows)))  # fmt: skip


def _mask(word, length, start, generator):
    own = start + torch.arange(length)[:, None]
    columns = torch.arange(start + length)
    drawn = torch.rand(length, start + length, generator=generator)
    return {
        "random": torch.where(drawn < 0.5, drawn, -drawn),
        "causal": (columns <= own).float(),
        "late": ((columns <= own) & (columns >= start)).float(),
        "nothing": torch.zeros(length, start + length),
        "every-other": (drawn < 0.7) * (torch.arange(length) % 2).float()[:, None],
    }[word]


def window(
    name, *, rows=None, heads=2, groups=2, length=None, size=8, width=5, held=None, real=None,
    dtype=torch.float32, cache_dtype=None, index_dtype=torch.int32, scale=0.3, padded=0, sinks=0,
    spare=3, layout="dense", loud=1.0, seed=0,
):  # fmt: skip
    """A call of an operator over a window; the last `padded` rows are padding."""
    generator, rng = torch.Generator().manual_seed(seed), random.Random(seed)
    decode = name.endswith("decode")
    rows = (2 if rows is None else rows) if decode else 1
    length = (1 if decode else 3) if length is None else length
    held = [rng.randint(0, width) for _ in range(rows)] if held is None else list(held)
    real = [rng.randint(1, length) for _ in range(rows)] if real is None else list(real)
    blocks = 1 + rows + spare
    cache = _cache(blocks, heads, width, size, cache_dtype or dtype, layout)
    table = torch.tensor(rng.sample(range(1, blocks), rows)).reshape(rows, 1)
    query = _query(rows, heads, groups, length, size, generator, dtype, loud)
    new = [_state(rows, heads, length, size, generator, dtype) for _ in range(2)]
    scale = torch.as_tensor(scale)
    sink_logits = torch.randn(heads * groups, sinks, generator=generator)
    wanted, after = {}, []
    live = range(rows - padded)
    for row in range(len(live), rows):
        held[row], real[row], table[row] = 0, 0, 0
    for row in live:
        old, arrived, block = held[row], max(0, real[row]), int(table[row])
        before = [_random((old, heads, size), generator, cache.dtype) for _ in range(2)]
        both = [
            torch.cat([there, each[row, :, 0, :arrived].transpose(0, 1).to(cache.dtype)])
            for there, each in zip(before, new, strict=True)
        ]
        for side in (0, 1):
            for slot in range(old):
                cache[side, block, :, 0, slot] = before[side][slot]
            if arrived:
                last = both[side][-width:]
                after += [(side, block, slot, state) for slot, state in enumerate(last)]
        for head in range(heads):
            tokens = [(both[0][at, head], both[1][at, head]) for at in range(old + arrived)]
            for token in range(length):
                shown = [
                    token < arrived and 0 <= old + token - at < width for at in range(len(tokens))
                ]
                for group in range(groups):
                    wanted[row, head, group, token] = attend(
                        query[row, head, group, token], tokens, shown, scale,
                        sink_logits[head * groups + group].tolist(),
                    )  # fmt: skip
    held, real = torch.tensor(held)[:, None], torch.tensor(real)[:, None]
    table = table.to(index_dtype)
    arguments = {
        "cache_seq_len": held.to(index_dtype),
        "cache_offset": (held + real).to(index_dtype),
        "qk_scale": scale,
        "block_table": table if decode else table[0],
    }
    return _case(name, query, new, cache, arguments, sink_logits, wanted, after,
                 list(range(len(live), rows)))  # fmt: skip


def _case(name, query, new, cache, arguments, sinks, wanted, after, zeros):
    known = {
        "query": query, "key": new[0], "value": new[1], "kv_cache": cache, **arguments,
        "dummy": arguments["qk_scale"], "dummy0": arguments["qk_scale"],
    }  # fmt: skip
    afterwards = cache.clone()
    for side, block, slot, state in after:
        afterwards[side, block, :, 0, slot] = state
    keywords = {"sinks": sinks} if sinks.shape[1] else {}
    return Case(
        name, {each: known[each] for each in ORDER[name]}, keywords, wanted, afterwards, zeros
    )


_STATE = "query key value kv_cache "
_FAMILIES = {
    "attention": "mask seq_idx qk_scale block_table dummy",
    "causal_attention": "seq_idx qk_scale block_table dummy",
    "flash_attention": "mask qk_scale seq_idx block_table dummy0",
    "flash_causal_attention": "qk_scale seq_idx block_table dummy0",
    "sliding_window_attention": "cache_seq_len cache_offset qk_scale block_table dummy",
}
ORDER = {
    f"{family}_naive_{phase}": (_STATE + rest).split()
    for family, rest in _FAMILIES.items()
    for phase in ("prefill", "decode")
}
"""Arguments as rbln_triton_ops takes them, written down again: the order is what is tested."""


def case(name, **options) -> Case:
    """A call of any operator."""
    return (window if name in WINDOWS else paged)(name, **options)
