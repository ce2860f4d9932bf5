"""Each word of a scene means what it says: how much is held, in which blocks, who sees whom."""

import pytest
import torch
from conformance_kernels.rbln_attention.contract import OPERATORS
from conformance_kernels.rbln_attention.table import KINDS

from conformance.case import CaseError
from conformance.inputs.scenes import STEP, scene_of
from conformance.inputs.usual import usual_case

P, NP, NB, L, W = 4, 3, 3, 2, 5
SIZES = {"D": 2, "H": 1, "G": 2, "P": P, "NP": NP, "NB": NB, "SPARE": 4, "L": L, "W": W, "S": 1}
PAGED = [name for name, kind in KINDS.items() if not kind.window]
FLASH = [name for name, kind in KINDS.items() if kind.partitioned]
SINGLE = [name for name in PAGED if name not in FLASH]
WINDOWS = [name for name, kind in KINDS.items() if kind.window]
DECODES = [name for name, kind in KINDS.items() if kind.decode]
MASKED = [name for name, kind in KINDS.items() if kind.masked]
SEEDS = range(4)


def scene(name, seed=0, step=0, options=None, sizes=None, **values):
    """The scene of the usual case, with other words for some tensors."""
    contract = OPERATORS[name].contract
    axes = {axis.name: {**SIZES, **(sizes or {})}[axis.name] for axis in contract.axes}
    case = usual_case(contract, "positions", **axes).with_options(
        **{STEP: str(step)}, **(options or {})
    )
    for argument, word in values.items():
        case = case.with_tensor(argument, values=word)
    case = type(case)(case.contract, case.check, case.axes, case.tensors, case.options, seed)
    return scene_of(contract, case)


def rows(tensor):
    """One list for each sequence, whether tables have one or two dimensions."""
    return (tensor if tensor.dim() == 2 else tensor[None]).tolist()


def held(found):
    return [sum(row) for row in found.values["seq_idx"].tolist()]


def in_use(found, name, new=L):
    """The blocks in use, by sequence."""
    tables = rows(found.values["block_table"])
    if KINDS[name].window:
        return tables
    return [
        table[: -(-(start + new) // P)] for table, start in zip(tables, held(found), strict=True)
    ]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("word", "start"),
    [("0", 0), ("1", 1), ("P-1", P - 1), ("P", P), ("P+1", P + 1), ("2P", 2 * P),
     ("last-block", (NP - 1) * P), ("full", NP * P - L)],
)  # fmt: skip
@pytest.mark.parametrize("name", FLASH)
def test_sequences_hold_what_the_word_says(name, word, start, seed):
    if not KINDS[name].crossing and start % P + L > P:
        start = start // P * P + P - L  # a chunk lies in one block
    assert held(scene(name, seed, seq_idx=word)) == [start] * (NB if KINDS[name].decode else 1)


@pytest.mark.parametrize("name", FLASH)
def test_what_is_held_is_told_by_block_or_altogether(name):
    found = scene(name, seq_idx="P+1").values["seq_idx"]
    start = held(scene(name, seq_idx="P+1"))[0]
    assert found[0].tolist() == [P, start - P, 0]
    absolute = scene(name, seq_idx="P+1", options={"form": "absolute"}).values["seq_idx"]
    assert absolute.tolist() == [[start]] * len(absolute)


@pytest.mark.parametrize("name", PAGED)
def test_mixed_sequences_differ_and_have_room(name):
    starts = {s for seed in range(12) for s in held(scene(name, seed))}
    room = (NP if KINDS[name].partitioned else 1) * P - L
    assert starts <= set(range(room + 1)) and len(starts) > 2


@pytest.mark.parametrize("word", ["scattered", "ordered", "reversed", "high", "stale"])
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", OPERATORS)
def test_no_two_sequences_share_a_block_and_nobody_has_block_0(name, seed, word):
    found = scene(name, seed, block_table=word)
    used = [block for row in in_use(found, name) for block in row]
    blocks = found.undefined["kv_cache"].shape[1]
    assert len(used) == len(set(used)) and min(used) > 0 and max(used) < blocks


@pytest.mark.parametrize("name", FLASH)
def test_tables_are_in_the_order_that_the_word_says(name):
    parts = NP * (NB if KINDS[name].decode else 1)

    def table(word, seed=0):
        found = scene(name, seed, seq_idx="full", block_table=word)
        return [block for row in rows(found.values["block_table"]) for block in row]

    assert table("ordered") == list(range(1, parts + 1))
    assert table("reversed") == list(range(parts, 0, -1))
    last = 1 + parts + SIZES["SPARE"]
    assert sorted(table("high")) == list(range(last - parts, last))
    for seed in SEEDS:
        assert last - 1 in table("scattered", seed)
    assert len({tuple(table("scattered", seed)) for seed in SEEDS}) > 1
    assert len({tuple(table("high", seed)) for seed in SEEDS}) > 1


@pytest.mark.parametrize("name", FLASH)
def test_behind_the_last_block_stand_zeros_or_stale_entries(name):
    stale = []
    for seed in SEEDS:
        for word in ("scattered", "stale"):
            found = scene(name, seed, seq_idx="0", block_table=word)
            behind = [block for row in rows(found.values["block_table"]) for block in row[1:]]
            if word == "stale":
                stale += behind
            else:
                assert not any(behind)
    assert min(stale) > 0 and len(set(stale)) > 1


@pytest.mark.parametrize("name", OPERATORS)
def test_large_pools_are_used_to_the_last_block_that_the_dtype_counts(name):
    found = scene(name, sizes={"SPARE": 33000}, block_table="high")
    highest = max(block for row in in_use(found, name) for block in row)
    assert highest > 32000
    contract = OPERATORS[name].contract
    narrow = scene_dtype(contract, "int16")
    assert max(block for row in in_use(narrow, name) for block in row) <= 2**15 - 1


def scene_dtype(contract, dtype):
    axes = {axis.name: {**SIZES, "SPARE": 33000}[axis.name] for axis in contract.axes}
    case = usual_case(contract, "positions", **axes)
    for argument in contract.tensors:
        if argument.leader in ("seq_idx", "cache_seq_len"):
            case = case.with_tensor(argument.name, dtype=dtype)
    return scene_of(contract, case.with_tensor("block_table", values="stale"))


@pytest.mark.parametrize("name", PAGED)
@pytest.mark.parametrize("seed", SEEDS)
def test_what_sequences_hold_is_defined_and_all_else_is_not(name, seed):
    found = scene(name, seed)
    defined = ~found.undefined["kv_cache"][0, :, 0, 0, :, 0]
    assert bool((~found.undefined["kv_cache"] == defined[None, :, None, None, :, None]).all())
    wanted = torch.zeros_like(defined)
    for table, start in zip(rows(found.values["block_table"]), held(found), strict=True):
        for position in range(start):
            wanted[table[position // P], position % P] = True
    assert torch.equal(defined, wanted)


@pytest.mark.parametrize("name", DECODES)
@pytest.mark.parametrize(("word", "count"), [("none", 0), ("one-row", 1), ("most-rows", NB - 1)])
def test_padded_rows_stand_behind_the_others_and_have_nothing(name, word, count):
    found = scene(name, options={"padding": word})
    index = "cache_offset" if KINDS[name].window else "seq_idx"
    empty = [NB - count <= row for row in range(NB)]
    tables = rows(found.values["block_table"])
    assert [not any(table) for table in tables] == empty
    for row, is_empty in enumerate(empty):
        for argument in ("query", "key", "value"):
            assert bool(found.undefined[argument][row].all()) == is_empty
            assert bool(found.undefined[argument][row].any()) == is_empty
        if is_empty:
            assert not found.values[index][row].any()
            if KINDS[name].masked:
                assert not found.values["mask"][row].any()


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize(("word", "count"), [("0", 0), ("1", 1), ("W-1", W - 1), ("W", W)])
def test_windows_hold_what_the_word_says(name, word, count):
    found = scene(name, cache_seq_len=word)
    new = L if KINDS[name].several_tokens else 1
    assert {have for (have,) in found.values["cache_seq_len"].tolist()} == {count}
    assert {end for (end,) in found.values["cache_offset"].tolist()} == {count + new}
    defined = ~found.undefined["kv_cache"][0, :, 0, 0, :, 0]
    for (block,) in rows(found.values["block_table"]):
        assert defined[block].tolist() == [slot < count for slot in range(W)]
    assert int(defined.sum()) == count * len(rows(found.values["block_table"]))


@pytest.mark.parametrize(("word", "real"), [("none", 6), ("one-token", 5), ("most-tokens", 1)])
def test_the_last_tokens_of_a_window_chunk_may_be_padding(word, real):
    name = "sliding_window_attention_naive_prefill"
    found = scene(name, options={"padding": word}, sizes={"L": 6})
    new = found.values["cache_offset"] - found.values["cache_seq_len"]
    assert new.tolist() == [[real]]
    padded = found.undefined["query"][0, 0, 0, :, 0]
    assert padded.tolist() == [token >= real for token in range(6)]


@pytest.mark.parametrize("name", OPERATORS)
def test_the_next_call_goes_on_where_the_last_one_ended(name):
    kind, steps = KINDS[name], 1 if name in SINGLE else 2
    first, later = (scene(name, step=step, **{_index(kind): "0"}) for step in (0, steps))
    new = L if kind.several_tokens else 1
    if kind.window:
        got = later.values["cache_seq_len"] - first.values["cache_seq_len"]
        assert set(got.flatten().tolist()) == {min(steps * new, W)}
    else:
        assert held(later) == [start + steps * new for start in held(first)]
    assert in_use(first, name)[0][0] == in_use(later, name)[0][0]


def _index(kind):
    return "cache_seq_len" if kind.window else "seq_idx"


@pytest.mark.parametrize("name", PAGED)
def test_a_sequence_without_room_has_no_next_call(name):
    with pytest.raises(CaseError, match="no room"):
        scene(name, step=1, seq_idx="full")


def masks(name, word, seed=0):
    found = scene(name, seed, mask=word, seq_idx="mixed")
    return zip(found.values["mask"][:, 0, 0].bool().tolist(), held(found), strict=True)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", MASKED)
def test_masks_show_what_the_word_says(name, seed):
    width = P * (NP if KINDS[name].partitioned else 1)
    rules = {
        "causal": lambda token, column, start: column <= start + token,
        "late": lambda token, column, start: start // P * P <= column <= start + token,
        "early": lambda token, column, start: column < min(P, start + L),
        "all": lambda token, column, start: column < start + L,
        "empty-rows": lambda token, column, start: token % 2 == 1 and column <= start + token,
    }
    for word, rule in rules.items():
        for shown, start in masks(name, word, seed):
            wanted = [[rule(token, c, start) for c in range(width)] for token in range(L)]
            assert shown == wanted, word
    for shown, start in masks(name, "rows", seed):
        for line in shown:
            assert any(line) and not any(line[start + L :])


@pytest.mark.parametrize("name", MASKED)
def test_rows_of_their_own_differ(name):
    shown = [
        tuple(line) for seed in SEEDS for mask, _ in masks(name, "rows", seed) for line in mask
    ]
    assert len(set(shown)) > len(shown) // 3
