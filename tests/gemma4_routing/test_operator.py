"""The registered operator tells PyTorch the truth, and routing goes where it should."""

import importlib

import pytest
import torch
from conformance_kernels.gemma4_routing import operator
from conformance_kernels.gemma4_routing.dispatch import implementation_for, route
from conformance_kernels.gemma4_routing.torch_route import route_torch


def arguments(tokens=5, experts=16, topk=4, dtype=torch.float32):
    return torch.randn(tokens, experts).to(dtype), topk, torch.randn(experts)


def test_the_schema_says_what_the_contract_says():
    schema = torch.ops.conformance_kernels.gemma4_routing.default._schema
    assert str(schema) == (
        "conformance_kernels::gemma4_routing"
        "(Tensor gating, SymInt topk, Tensor per_expert_scale) -> (Tensor, Tensor)"
    )


@pytest.mark.parametrize("tokens", [0, 1, 5])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_opcheck_passes(tokens, dtype):
    result = torch.library.opcheck(operator.gemma4_routing, arguments(tokens, dtype=dtype))
    assert set(result.values()) == {"SUCCESS"}


def test_the_operator_routes():
    call = arguments()
    got, wanted = torch.ops.conformance_kernels.gemma4_routing(*call), route_torch(*call)
    assert all(torch.equal(a, b) for a, b in zip(got, wanted, strict=True))


def test_importing_again_changes_nothing():
    again = importlib.reload(operator)
    call = arguments()
    assert torch.equal(again.gemma4_routing(*call)[1], route_torch(*call)[1])
    assert torch.equal(torch.ops.conformance_kernels.gemma4_routing(*call)[1], route(*call)[1])


def test_tokens_may_be_symbolic():
    from torch.fx.experimental.proxy_tensor import make_fx

    op = torch.ops.conformance_kernels.gemma4_routing
    graph = make_fx(lambda gating, scale: op(gating, 4, scale), tracing_mode="symbolic")(
        *arguments()[::2]
    )
    gating, _, scale = arguments(tokens=9)
    assert torch.equal(graph(gating, scale)[1], route_torch(gating, 4, scale)[1])


def test_the_fake_kernel_promises_what_comes():
    from torch._subclasses.fake_tensor import FakeTensorMode

    gating, topk, scale = arguments(dtype=torch.bfloat16)
    with FakeTensorMode() as mode:
        fakes = operator.gemma4_routing(mode.from_tensor(gating), topk, mode.from_tensor(scale))
    for fake, real in zip(fakes, operator.gemma4_routing(gating, topk, scale), strict=True):
        assert (fake.shape, fake.dtype, fake.stride()) == (real.shape, real.dtype, real.stride())


@pytest.mark.parametrize(
    ("device", "implementation"),
    [
        ("cpu", "torch"),
        ("meta", "torch"),
        ("mps", "torch"),
        ("cuda:1", "triton"),
        ("xpu", "triton"),
    ],
)
def test_devices_have_an_implementation(device, implementation):
    assert implementation_for(device) == implementation
    assert implementation_for(torch.device(device)) == implementation


def test_route_uses_torch_on_the_cpu(monkeypatch):
    from conformance_kernels.gemma4_routing import dispatch

    monkeypatch.setattr(dispatch, "route_torch", lambda *call: "torch was called")
    assert route(*arguments()) == "torch was called"
