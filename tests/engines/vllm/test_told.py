"""What an engine tells of itself: outputs of layers, settings without effect, what it raises."""

import pytest

from conformance.capture.folder import captured_calls
from conformance.checks.generation.locating import read_taps
from conformance.generation.client import EngineRaised
from conformance.generation.setup import ProcessSetup
from conformance.generation.vllm.hooks import UNWRITTEN_VARIABLE

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


def test_calls_of_a_router_are_kept_with_their_phase_and_layer(engine, tmp_path):
    asked = engine("gemma4", LOCKSTEP, "vllm-triton")
    answer = asked.generate(new_tokens=3, capture=str(tmp_path))
    kept = [file.call for file in captured_calls(tmp_path).of("gemma4_routing")]
    layers = range(asked.started().layers)
    owed = [(step.phase, layer) for step in answer.steps for layer in layers]
    assert sorted((call.phase, call.layer) for call in kept) == sorted(owed)
    asked.generate(new_tokens=2)
    assert len(list(tmp_path.iterdir())) == len(kept), "the next order did not ask for it"


def test_reads_of_memory_that_nobody_wrote_are_told_where_they_are_wanted(engine, tmp_path):
    file = tmp_path / "lazy.py"
    file.write_text(
        "import torch, triton, triton.language as tl\n"
        "@triton.jit\n"
        "def add(a, b, N: tl.constexpr):\n"
        "    at = tl.arange(0, N)\n"
        "    tl.store(a + at, tl.load(a + at) + 0 * tl.load(b + at))\n"
        "def route(gating, topk, scale):\n"
        "    values, ids = torch.topk(torch.softmax(gating, -1), topk)\n"
        "    weights = values / values.sum(-1, keepdim=True) * scale[ids]\n"
        "    add[(1,)](weights, torch.empty(2), 2)\n"
        "    return weights, ids.int()\n"
    )
    setup = ProcessSetup("vllm", triton=True, environment={UNWRITTEN_VARIABLE: "1"})
    asked = engine("gemma4", setup, f"{file}:route")
    found = asked.generate(new_tokens=2).violations
    assert [(each["kind"], each["line"], each["argument"]) for each in found] == [
        ("uninitialised read", 5, "b")
    ]
    right = engine("gemma4", setup, "vllm-triton", "v2")
    assert right.generate(new_tokens=4).violations == ()
    asked.engines.forget(setup)


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
