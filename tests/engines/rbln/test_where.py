"""A wrong number says where it starts, although the compiler runs the model as one graph."""

import pytest

from conformance.checks.generation.locating import first_difference, read_taps
from conformance.generation.models.checkpoints import checkpoint
from conformance.generation.models.oracle import teacher_forced
from conformance.generation.told import Told

from .conftest import FOUR_PARTITIONS, ONE_PARTITION, PROMPTS


def where(got, path) -> str:
    """Where a generation that kept its taps in ``path`` leaves the oracle."""
    told = Told.of(got.started, got.generated, (), str(path))
    oracle = teacher_forced(checkpoint("qwen3"))
    taps = read_taps(str(path))
    return first_difference(told, taps, PROMPTS, got.generated.tokens, oracle.layers)


@pytest.mark.parametrize("switch", ["off", "on"])
def test_what_attention_gives_is_kept_by_request_and_position(generate, switch, tmp_path):
    path = tmp_path / "taps"
    got = generate("qwen3", switch, ONE_PARTITION, {"taps": str(path)}, tokens=4)
    assert where(got, path) == ""
    steps = read_taps(str(path))
    assert len(steps) == len(got.steps)
    places = {place for step in steps.values() for place in step.places}
    assert places == {(r, p) for r, prompt in enumerate(PROMPTS) for p in range(len(prompt) + 3)}
    for step in steps.values():
        assert [*step.outputs] == [f"layers.{layer}.self_attn.attention" for layer in range(2)]
        assert all(len(rows) == len(step.places) for rows in step.outputs.values())


def test_the_lost_token_starts_in_the_decode_kernel_of_the_first_layer(generate, tmp_path):
    """0.12.0: the token that begins a partition is written behind the end of the one before."""
    path = tmp_path / "taps"
    got = generate("qwen3", "on", FOUR_PARTITIONS, {"taps": str(path)})
    text = where(got, path)
    assert "request 2, " in text and "position 64, layers.0.self_attn.attention, " in text
    kernel = "flash_causal_attention_naive_decode"
    assert f"called there: triton_flash_causal_attention.{kernel}" in text
    assert f"{kernel} at triton_flash_causal_attention.py:415 (rows 64 to 65 of 64)" in text
