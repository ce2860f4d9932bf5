"""A conversation: prefill in chunks, then tokens one by one, on one cache."""

import pytest
import torch
from conformance_kernels.rbln_attention.contract import OPERATORS
from conformance_kernels.rbln_attention.implementations.torch_attention import PLAIN
from conformance_kernels.rbln_attention.implementations.triton_attention import KERNELS
from conformance_kernels.rbln_attention.reference import defined
from conformance_kernels.rbln_attention.table import KINDS

from conformance.judge.budget import judge_floats
from conformance.lockstep import lockstep

HEADS, GROUPS, SIZE, SLOTS, PARTS = 2, 3, 16, 8, 4
TABLE = torch.tensor([5, 2, 7, 3], dtype=torch.int32)
SCALE = torch.tensor(0.3)


def _tokens(count, generator):
    def new(*shape):
        return torch.randn(*shape, generator=generator)

    return (
        new(1, HEADS, GROUPS, count, SIZE),
        new(1, HEADS, 1, count, SIZE),
        new(1, HEADS, 1, count, SIZE),
    )


def _paged_indices(kind, held, count):
    first = torch.arange(PARTS) * SLOTS
    counts = (held - first).clamp(0, SLOTS).to(torch.int32)[None]
    table = TABLE[None] if kind.decode else TABLE
    return {"seq_idx": counts, "block_table": table, "dummy0": SCALE}


def _window_indices(kind, held, count):
    have = min(held, SLOTS)
    one = torch.full((1, 1), have, dtype=torch.int32)
    table = TABLE[:1][None] if kind.decode else TABLE[:1]
    return {"cache_seq_len": one, "cache_offset": one + count, "block_table": table, "dummy": SCALE}


CONVERSATIONS = {
    "flash_causal_attention": _paged_indices,
    "sliding_window_attention": _window_indices,
}


@pytest.mark.parametrize("family", CONVERSATIONS)
@pytest.mark.parametrize("implementations", [KERNELS, PLAIN], ids=["triton", "plain"])
def test_a_conversation_is_right_from_its_first_chunk_to_its_last_token(family, implementations):
    generator = torch.Generator().manual_seed(1)
    ours = torch.full((2, 9, HEADS, 1, SLOTS, SIZE), torch.nan)
    theirs, held = ours.clone(), 0
    chunks = [8, 8, 4, *[1] * 9]
    for count in chunks:
        name = f"{family}_naive_{'decode' if count == 1 else 'prefill'}"
        kind = KINDS[name]
        query, key, value = _tokens(count, generator)
        given = {"query": query, "key": key, "value": value, "qk_scale": SCALE}
        given |= CONVERSATIONS[family](kind, held, count)
        ordered = [given.get(argument) for argument in kind.arguments]
        place = kind.arguments.index("kv_cache")
        with lockstep() as session:
            output = implementations[name](*ordered[:place], ours, *ordered[place + 1 :])
        assert not session.violations
        wide = [t.double() if t is not None and t.is_floating_point() else t for t in ordered]
        answer = defined(kind, *wide[:place], theirs, *wide[place + 1 :])
        wanted, theirs = answer.outputs
        budget = OPERATORS[name].contract.outputs[0].budget_for("float32")
        assert judge_floats("output", output, wanted, budget, answer.magnitudes["output"]) is None
        closed = ~answer.open["kv_cache"]
        bits = [cache.view(torch.int32)[closed] for cache in (ours, theirs)]
        assert torch.equal(*bits), f"after {held + count} tokens"
        held += count
    assert held > 3 * SLOTS
