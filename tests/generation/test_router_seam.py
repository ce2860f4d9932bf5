"""The seam of Gemma 4's router, on a module that stands in for vLLM's."""

import sys
from types import ModuleType

import pytest
import torch
from conformance_kernels.gemma4_routing import in_engine
from conformance_kernels.gemma4_routing.torch_route import route_torch

from conformance.catalogue.objects import SubjectNotFound
from conformance.generation.where import WHERE

GATING = torch.tensor([[0.5, 3.0, -1.0, 2.0]])
SCALE = torch.tensor([1.0, 2.0, 3.0, 4.0])


@pytest.fixture
def gemma4(monkeypatch):
    module = ModuleType("vllm.model_executor.models.gemma4")

    def gemma4_routing_function_torch(gating_output, topk, per_expert_scale):
        return "vLLM's torch", topk

    def gemma4_fused_routing_kernel_triton(gating_output, topk, per_expert_scale):
        return "vLLM's Triton", topk

    module.gemma4_routing_function_torch = gemma4_routing_function_torch
    module.gemma4_fused_routing_kernel_triton = gemma4_fused_routing_kernel_triton
    names = ("vllm", "vllm.model_executor", "vllm.model_executor.models")
    for name in names:
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    sys.modules[names[-1]].gemma4 = module
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(in_engine, "_originals", {})
    WHERE.clear()
    yield module
    WHERE.clear()


def asked(gemma4):
    """What both of the names give that vLLM asks, which must be the same."""
    on_cpu = gemma4.gemma4_routing_function_torch(GATING, 2, SCALE)
    on_gpu = gemma4.gemma4_fused_routing_kernel_triton(GATING, 2, SCALE)
    for one, other in zip(on_cpu, on_gpu, strict=True):
        assert torch.equal(one, other) if isinstance(one, torch.Tensor) else one == other
    return on_cpu


def counted():
    return {call.name: call.count for call in WHERE.calls()}


@pytest.mark.parametrize(
    ("word", "what"), [("torch", "vLLM's torch"), ("vllm-triton", "vLLM's Triton")]
)
def test_vllms_own_routers_by_word(gemma4, word, what):
    in_engine.route_through(word)
    assert asked(gemma4) == (what, 2)
    assert counted() == {f"router:{word}": 2}


@pytest.mark.parametrize("word", ["ours", "operator"])
def test_our_router_and_our_operator(gemma4, word):
    in_engine.route_through(word)
    for got, wanted in zip(asked(gemma4), route_torch(GATING, 2, SCALE), strict=True):
        assert torch.equal(got, wanted)
    assert counted() == {f"router:{word}": 2}


def test_a_users_router_is_loaded_once(gemma4, tmp_path):
    file = tmp_path / "my_router.py"
    file.write_text("loaded = object()\ndef route(gating, topk, scale): return loaded, topk\n")
    in_engine.route_through(f"{file}:route")
    first = asked(gemma4)
    in_engine.route_through("torch")
    in_engine.route_through(f"{file}:route")
    assert asked(gemma4) == first
    assert counted() == {f"router:{file}:route": 4}


def test_the_empty_word_gives_back_what_was_there(gemma4):
    originals = dict(vars(gemma4))
    in_engine.route_through("ours")
    in_engine.route_through("vllm-triton")
    in_engine.route_through("")
    assert dict(vars(gemma4)) == originals


def test_a_word_that_names_nothing_is_told_with_those_that_do(gemma4):
    with pytest.raises(ValueError, match=r"no router 'tritn'; there are torch, vllm-triton, ours"):
        in_engine.route_through("tritn")


def test_a_file_that_is_not_there_is_told(gemma4):
    with pytest.raises(SubjectNotFound, match="no file"):
        in_engine.route_through("/no/such/file.py:route")
