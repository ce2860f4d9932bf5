"""Every mode of vLLM gives what Hugging Face's model gives, and what ran is counted."""

from collections import Counter

import pytest

from conformance.generation.setup import Generated

from .conftest import ALL_TRITON, LOCKSTEP, STOCK

WITHIN = 1e-4
"""How far log probabilities of two implementations may lie apart in fp32."""


def counts(answer: Generated) -> Counter[str]:
    found: Counter[str] = Counter()
    for each in answer.calls:
        found[each.name] += each.count
    return found


@pytest.mark.parametrize("model", ["qwen3", "gemma4", "mistral"])
def test_stock_vllm_is_right_and_launches_nothing(engine, model):
    asked = engine(model)
    answer = asked.generate()
    assert asked.off(answer) < WITHIN
    assert [step.phase for step in answer.steps] == ["prefill", *["decode"] * 7]
    assert answer.calls == ()
    started = asked.started()
    assert started.execution == ""
    assert started.facts["attention"] == "CPUAttentionBackendImpl"


@pytest.mark.parametrize(
    ("router", "kernel"),
    [
        ("vllm-triton", "gemma4._gemma4_routing_kernel"),
        ("ours", "triton_route._route_kernel"),
        ("operator", "triton_route._route_kernel"),
        ("torch", ""),
    ],
)
def test_each_router_is_called_once_in_each_layer_and_step(engine, router, kernel):
    asked = engine("gemma4", LOCKSTEP, router)
    answer = asked.generate()
    assert asked.off(answer) < WITHIN
    layers, steps = asked.started().layers, len(answer.steps)
    for name in filter(None, (f"router:{router}", kernel)):
        assert counts(answer)[name] == layers * steps
        for phase, times in Counter(step.phase for step in answer.steps).items():
            found = {c.layer: c.count for c in answer.calls if (c.name, c.phase) == (name, phase)}
            assert found == dict.fromkeys(range(layers), times)
    assert asked.started().execution == "emulated"
    assert answer.violations == ()


def test_a_users_router_runs_and_a_wrong_one_is_wrong(engine, tmp_path):
    file = tmp_path / "my_router.py"
    file.write_text(
        "from vllm.model_executor.models import gemma4\n"
        "import torch\n"
        "def right(gating, topk, scale):\n"
        "    values, ids = torch.topk(torch.softmax(gating, -1), topk)\n"
        "    return values / values.sum(-1, keepdim=True) * scale[ids], ids.int()\n"
        "def backwards(gating, topk, scale):\n"
        "    weights, ids = right(gating, topk, scale)\n"
        "    return weights, ids.flip(-1)\n"
    )
    right = engine("gemma4", STOCK, f"{file}:right")
    answer = right.generate()
    assert right.off(answer) < WITHIN
    assert counts(answer) == {f"router:{file}:right": right.started().layers * len(answer.steps)}
    wrong = engine("gemma4", STOCK, f"{file}:backwards")
    assert not wrong.off(wrong.generate()) < 0.01
    assert right.off(right.generate()) < WITHIN, "the engine that was there before has its own"
    plain = engine("gemma4")
    assert plain.generate().calls == (), "and one that wants no router has vLLM's"


def test_the_second_runner_and_the_attention_run_in_triton(engine):
    asked = engine("gemma4", ALL_TRITON, "vllm-triton", "v2")
    answer = asked.generate(new_tokens=4)
    assert asked.off(answer) < WITHIN
    facts = asked.started().facts
    assert facts["runner"] == "vllm.v1.worker.cpu.model_runner.CPUModelRunner"
    assert facts["attention"] == "TritonAttentionImpl"
    owed = asked.started().layers * len(answer.steps)
    found = counts(answer)
    assert found["triton_unified_attention.kernel_unified_attention"] == owed
    assert found["triton_reshape_and_cache_flash.reshape_and_cache_kernel_flash"] == owed
    assert found["input_batch._prepare_pos_seq_lens_kernel"] == len(answer.steps)
    assert answer.violations == ()


def test_both_runners_live_in_one_process(engine):
    first, second = (engine("qwen3", ALL_TRITON, runner=runner) for runner in ("v1", "v2"))
    for asked in (second, first, second):
        assert asked.off(asked.generate(new_tokens=2)) < WITHIN
    runners = [asked.started().facts["runner"] for asked in (first, second)]
    assert runners == [
        "vllm.v1.worker.cpu_model_runner.CPUModelRunner",
        "vllm.v1.worker.cpu.model_runner.CPUModelRunner",
    ]
