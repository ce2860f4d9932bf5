"""Scenes of paged sequences: how much each holds, in which blocks, and who sees whom."""

import random
from collections.abc import Mapping

import torch

from conformance.contract import NoSuchScene, Scene, Situation

from .masks import mask_of
from .table import OperatorKind
from .words import FORM, IDLE, PADDING, START_WORDS, WINDOW_WORDS


def set_scene(kind: OperatorKind, situation: Situation) -> Scene:
    """The contents of an operator's indices, tables and masks in one situation.

    Raises `NoSuchScene` if a sequence has no room for the next call of a conversation.
    """
    seed = int(torch.randint(0, 2**62, (), generator=situation.generator))
    arrange = _window_scene if kind.window else _paged_scene
    return arrange(kind, situation, random.Random(seed))


def _live(kind: OperatorKind, situation: Situation) -> list[bool]:
    """Which rows of the batch hold a sequence; padding stands behind them."""
    rows = situation.axes["NB"] if kind.decode else 1
    padding = situation.words.get(PADDING)
    padded = {"one-row": min(1, rows - 1), "most-rows": rows - 1}.get(padding or "", 0)
    return [row < rows - padded for row in range(rows)]


def _pick(word: str, named: Mapping[str, int], most: int, rng: random.Random) -> int:
    if word == "mixed":
        return rng.choice([*named.values(), rng.randint(0, most)])
    return named[word]


def _paged_scene(kind: OperatorKind, situation: Situation, rng: random.Random) -> Scene:
    axes, live = situation.axes, _live(kind, situation)
    slots, parts, new = axes["P"], axes.get("NP", 1), axes["L"]
    room = slots * parts - new
    named = dict(
        zip(START_WORDS, (0, 1, slots - 1, slots, slots + 1, 2 * slots, (parts - 1) * slots, room),
            strict=True)
    )  # fmt: skip
    starts = []
    for row in live:
        start = min(_pick(situation.values["seq_idx"], named, room, rng), room)
        over = start % slots + new - slots
        starts.append((start - max(over, 0) if not kind.crossing else start) if row else 0)
    tables = _tables(situation, live, parts, rng)
    for _ in range(situation.step):
        starts = [start + new if row else 0 for start, row in zip(starts, live, strict=True)]
    for start in starts:
        if start > room or (not kind.crossing and start % slots + new > slots):
            raise NoSuchScene("a sequence has no room for the next call")
    held = [-(-(start + new) // slots) for start in starts]
    undefined = _undefined(situation, slots)
    for row, table, start in zip(live, tables, starts, strict=True):
        for part in range(-(-start // slots) if row else 0):
            undefined[:, table[part], :, :, : start - part * slots] = False
    shown = torch.zeros(len(live), parts, dtype=torch.int64)
    for number, (row, table, count) in enumerate(zip(live, tables, held, strict=True)):
        if row:
            shown[number] = torch.tensor(table[:count] + _behind(situation, table, count, rng))
    values = {
        "seq_idx": _held(situation, starts, slots, parts),
        "block_table": shown if kind.decode else shown[0],
    }
    if kind.masked:
        values["mask"] = mask_of(situation, live, starts, slots * parts, slots, rng)
    real = [new if row else 0 for row in live]
    return Scene(values, {"kv_cache": undefined} | _padding(situation, real))


def _padding(situation: Situation, real: list[int]) -> dict[str, torch.Tensor]:
    """Of what a call brings, the tokens of each row behind the `real` ones.

    They hold anything, NaN too: the layers before left open what they hold.
    """
    axes = situation.axes
    size = axes.get("L", 1)
    padded = torch.arange(size)[None, :] >= torch.tensor(real)[:, None]

    def spread(groups: int) -> torch.Tensor:
        shape = (len(real), axes["H"], groups, size, axes["D"])
        return padded[:, None, None, :, None].expand(shape)

    return {"query": spread(axes["G"]), "key": spread(1), "value": spread(1)}


def _held(situation: Situation, starts: list[int], slots: int, parts: int) -> torch.Tensor:
    """Tokens held: in each partition, or altogether."""
    if situation.words.get(FORM) == "absolute" or "NP" not in situation.axes:
        return torch.tensor(starts)[:, None]
    first = torch.arange(parts) * slots
    return (torch.tensor(starts)[:, None] - first[None, :]).clamp(0, slots)


def _blocks(situation: Situation) -> int:
    axes = situation.axes
    return 1 + axes.get("NB", 1) * axes.get("NP", 1) + axes["SPARE"]


def _undefined(situation: Situation, slots: int) -> torch.Tensor:
    axes = situation.axes
    shape = (2, _blocks(situation), axes["H"], 1, slots, axes["D"])
    return torch.ones(shape, dtype=torch.bool)


def _tables(
    situation: Situation, live: list[bool], parts: int, rng: random.Random
) -> list[list[int]]:
    """Blocks for every partition of every row, all different, block 0 for none."""
    word = situation.values["block_table"]
    largest = min(_blocks(situation) - 1, torch.iinfo(_dtype(situation)).max)
    count = len(live) * parts
    match word:
        case "ordered":
            ids = list(range(1, count + 1))
        case "reversed":
            ids = list(range(count, 0, -1))
        case "high":
            ids = list(range(largest - count + 1, largest + 1))
            rng.shuffle(ids)
        case _:
            ids = rng.sample(range(1, largest + 1), count)
            # The last block of the pool is in use: whoever writes to block -1 is seen.
            if largest not in ids:
                ids[rng.randrange(count)] = largest
    return [ids[row * parts : (row + 1) * parts] for row in range(len(live))]


def _dtype(situation: Situation) -> torch.dtype:
    return getattr(torch, situation.dtypes["block_table"])


def _behind(situation: Situation, table: list[int], count: int, rng: random.Random) -> list[int]:
    """What a table holds behind the last block of its sequence: zeros, or what was there before."""
    rest = len(table) - count
    if situation.values["block_table"] != "stale":
        return [0] * rest
    largest = min(_blocks(situation) - 1, torch.iinfo(_dtype(situation)).max)
    return [rng.randint(1, largest) for _ in range(rest)]


def _real_tokens(situation: Situation, live: list[bool], new: int) -> list[int]:
    """How many of its `new` tokens each row brings; a row that brings none may own its block."""
    word = situation.words.get(PADDING)
    least = {"one-token": max(1, new - 1), "most-tokens": 1}.get(word or "", new)
    idle = [word == IDLE and number % 2 == 0 for number in range(len(live))]
    return [least if row and not none else 0 for row, none in zip(live, idle, strict=True)]


def _window_scene(kind: OperatorKind, situation: Situation, rng: random.Random) -> Scene:
    axes, live = situation.axes, _live(kind, situation)
    width, new = axes["W"], axes.get("L", 1)
    real = _real_tokens(situation, live, new)
    named = dict(zip(WINDOW_WORDS, (0, min(1, width), width - 1, width), strict=True))
    word = situation.values["cache_seq_len"]
    held = [_pick(word, named, width, rng) if row else 0 for row in live]
    for _ in range(situation.step):
        held = [min(width, have + more) for have, more in zip(held, real, strict=True)]
    tables = _tables(situation, live, 1, rng)
    undefined = _undefined(situation, width)
    for row, (block,), have in zip(live, tables, held, strict=True):
        if row:
            undefined[:, block, :, :, :have] = False
    ends = [have + more for have, more in zip(held, real, strict=True)]
    shown = torch.tensor(
        [[block if row else 0] for row, (block,) in zip(live, tables, strict=True)]
    )
    values = {
        "cache_seq_len": torch.tensor(held)[:, None],
        "cache_offset": torch.tensor(ends)[:, None],
        "block_table": shown if kind.decode else shown[0],
    }
    return Scene(values, {"kv_cache": undefined} | _padding(situation, real))
