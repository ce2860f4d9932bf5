"""What an engine tells of itself: outputs of layers, settings without effect, what it raises."""

import pytest

from conformance.checks.generation.locating import read_taps
from conformance.generation.client import EngineRaised

from .conftest import LOCKSTEP, PROMPTS, STOCK


@pytest.mark.parametrize("model", ["qwen3", "gemma4", "mistral"])
@pytest.mark.parametrize("runner", ["v1", "v2"])
def test_outputs_of_layers_are_those_of_the_oracle_at_the_same_place(
    engine, tmp_path, model, runner
):
    asked = engine(model, LOCKSTEP, runner=runner)
    file = tmp_path / "taps.safetensors"
    answer = asked.generate(new_tokens=3, arrival="later", taps=str(file))
    owed = [asked.oracle().layers(p, t) for p, t in zip(PROMPTS, answer.tokens, strict=True)]
    taps = read_taps(str(file))
    assert sorted(taps) == list(range(len(answer.steps)))
    compared = set()
    for number, step in taps.items():
        requests = [request for request, _ in step.places]
        assert {r: requests.count(r) for r in requests} == answer.steps[number].tokens
        for name, values in step.outputs.items():
            for row, (request, position) in enumerate(step.places):
                if (wanted := owed[request].get(name)) is not None:
                    compared.add(name)
                    assert (values[row] - wanted[position]).abs().max() < 1e-4, (number, name)
    layers = range(asked.started().layers)
    assert compared >= {f"layers.{n}{part}" for n in layers for part in ("", ".self_attn", ".mlp")}
    assert asked.generate(new_tokens=3).tokens == answer.tokens, "nothing is left of the hooks"


def test_an_attention_that_is_ignored_is_a_remark(engine):
    started = engine("qwen3", STOCK, attention_backend="TRITON_ATTN").started()
    wanted = "attention_backend=TRITON_ATTN has no effect: CPUAttentionBackendImpl is used"
    assert wanted in started.remarks
    assert not any("no effect" in remark for remark in engine("qwen3").started().remarks)


def test_variables_that_vllm_changes_are_told(engine):
    changed = engine("qwen3").started().environment
    assert changed["LOCAL_WORLD_SIZE"] == (None, "1")
    assert "VLLM_USE_V2_MODEL_RUNNER" not in changed, "what the suite sets is no change of vLLM's"


def test_what_vllm_raises_is_told_and_the_next_order_is_answered(engine):
    asked, other = engine("qwen3"), engine("gemma4")
    right = asked.generate(new_tokens=2).tokens
    other.generate(new_tokens=2)
    with pytest.raises(EngineRaised, match="IndexError: index out of range"):
        asked.generate(prompts=((100_000,),), new_tokens=2)
    assert other.off(other.generate(new_tokens=2)) < 1e-4, "the other engine of the process lives"
    assert asked.generate(new_tokens=2).tokens == right


@pytest.mark.parametrize(
    ("router", "message"),
    [("tritn", "no router 'tritn'; there are torch, vllm-triton"), ("no_file.py:x", "no file")],
)
def test_a_router_that_does_not_exist_is_told(engine, router, message):
    with pytest.raises(EngineRaised, match=message):
        engine("gemma4", STOCK, router).started()
