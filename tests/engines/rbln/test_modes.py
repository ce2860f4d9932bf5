"""The released vllm-rbln generates over the emulated compiler; its calls prove which path ran."""

from collections import Counter

import pytest

from .conftest import FOUR_PARTITIONS, ONE_PARTITION

ATTENTION = {
    "causal_attention_naive": ("qwen3", ONE_PARTITION),
    "flash_causal_attention_naive": ("qwen3", FOUR_PARTITIONS),
    "sliding_window_attention_naive": ("mistral", ONE_PARTITION),
}


def owed(family: str, steps: list[str], layers: int = 2) -> dict[tuple[str, str, int], int]:
    """One call in each layer and step."""
    return {
        (f"{family}_{phase}", phase, layer): count
        for phase, count in Counter(steps).items()
        for layer in range(layers)
    }


@pytest.mark.parametrize("caches", ["as-is", "finite", "nan"])
@pytest.mark.parametrize("family", ATTENTION)
def test_without_custom_kernels_every_mode_is_right(generate, family, caches):
    model, arguments = ATTENTION[family]
    got = generate(model, "off", arguments, {"caches": caches})
    assert got.right and got.difference < 1e-4
    assert got.builtins == owed(family, got.steps) and not got.kernels
    assert got.generated.violations == ()
    assert got.started.facts["switch"] == "off" and got.started.execution == "emulated"


@pytest.mark.parametrize("caches", ["as-is", "finite"])
def test_custom_kernels_of_one_partition_answer_rightly(generate, caches):
    got = generate("qwen3", "on", ONE_PARTITION, {"caches": caches})
    assert got.right and got.difference < 1e-4
    assert got.kernels == owed("causal_attention_naive", got.steps) and not got.builtins
    assert got.started.facts["switch"] == "on" and got.started.facts["partitions"] == "1"


def test_custom_kernels_of_several_partitions_lose_a_token_at_a_border(generate):
    """In 0.12.0 all tokens are right, and the token behind a border is dropped."""
    got = generate("qwen3", "on", FOUR_PARTITIONS)
    assert got.kernels == owed("flash_causal_attention_naive", got.steps)
    assert got.right and got.off == [(2, 15)] and 0.1 < got.difference < 0.3
    found = {(v["kind"], v["kernel"], v["line"]) for v in got.generated.violations}
    kernel = "flash_causal_attention_naive_decode"
    assert ("insert beyond the partition", kernel, 415) in found
    assert ("store beyond the partition", kernel, 418) in found


def test_custom_kernels_of_a_sliding_window_do_not_start(generate):
    from conformance.generation.client import EngineRaised

    with pytest.raises(EngineRaised, match="assert") as raised:
        generate("mistral", "on", ONE_PARTITION)
    assert "cache_seq_lens is not None" in raised.value.raised.trace


@pytest.mark.parametrize("arrival", ["reversed", "alone", "later"])
def test_requests_may_come_in_any_way(generate, arrival):
    got = generate("qwen3", "off", ONE_PARTITION, {"arrival": arrival}, tokens=4)
    assert got.right and got.difference < 1e-4
    assert got.steps.count("prefill") == 4 and "mixed" not in got.steps


def test_one_sequence_at_a_time(generate):
    got = generate("qwen3", "on", {"max_num_seqs": 1}, tokens=4)
    assert got.right and got.difference < 1e-4
    assert all(len(step.tokens) == 1 for step in got.generated.steps)
    assert got.kernels == owed("causal_attention_naive", got.steps)


@pytest.mark.parametrize("switch", ["off", "on"])
def test_a_cached_prefix_that_ends_inside_of_a_block_is_copied(generate, switch):
    arguments = {**FOUR_PARTITIONS, "enable_prefix_caching": True}
    start = tuple(range(5, 43))
    order = {"arrival": "alone", "caches": "nan"}
    prompts = (start, (*start, 44, 45))
    got = generate("qwen3", switch, arguments, order, tokens=4, prompts=prompts)
    assert got.generated.cached == (0, 32)
    assert got.right and got.difference < 1e-4
