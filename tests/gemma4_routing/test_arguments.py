"""Calls without a right answer are refused, by every implementation alike."""

import pytest
import torch
from conformance_kernels.gemma4_routing import operator
from conformance_kernels.gemma4_routing.dispatch import route
from conformance_kernels.gemma4_routing.torch_route import route_torch
from conformance_kernels.gemma4_routing.triton_route import route_triton

# No refused call reaches a launch, so the Triton launcher needs no GPU here.
IMPLEMENTATIONS = [route_torch, route_triton, route]
GATING, SCALE = torch.zeros(3, 4), torch.ones(4)

WRONG_CALLS = [
    (TypeError, r"gating: got list, want a torch\.Tensor", [[1.0]], 1, SCALE),
    (TypeError, r"gating: got dtype float64, want one of float32", GATING.double(), 1, SCALE),
    (TypeError, r"gating: got dtype int32", GATING.int(), 1, SCALE),
    (TypeError, r"per_expert_scale: got dtype int64, want one of", GATING, 1, SCALE.long()),
    (TypeError, r"per_expert_scale: got dtype bool", GATING, 1, SCALE.bool()),
    (TypeError, r"topk: got bool, want an int", GATING, True, SCALE),
    (TypeError, r"topk: got float, want an int", GATING, 2.0, SCALE),
    (TypeError, r"topk: got Tensor, want an int", GATING, torch.tensor(2), SCALE),
    (ValueError, r"gating: got shape \(4,\), want two axes", GATING[0], 1, SCALE),
    (ValueError, r"gating: got shape \(1, 3, 4\), want two axes", GATING[None], 1, SCALE),
    (ValueError, r"gating: got shape \(3, 0\), want at least one", GATING[:, :0], 1, SCALE[:0]),
    (ValueError, r"topk: got 0, want 1 <= topk <= 4", GATING, 0, SCALE),
    (ValueError, r"topk: got -1, want 1 <= topk <= 4", GATING, -1, SCALE),
    (ValueError, r"topk: got 5, want 1 <= topk <= 4", GATING, 5, SCALE),
    (ValueError, r"per_expert_scale: got shape \(3,\), want \(4,\)", GATING, 1, SCALE[:3]),
    (ValueError, r"per_expert_scale: got shape \(5,\), want \(4,\)", GATING, 1, torch.ones(5)),
    (ValueError, r"per_expert_scale: got shape \(\), want \(4,\)", GATING, 1, torch.tensor(1.0)),
    (ValueError, r"per_expert_scale: got shape \(1, 4\), want \(4,\)", GATING, 1, SCALE[None]),
    (ValueError, r"got device meta, want cpu", GATING, 1, SCALE.to("meta")),
]  # fmt: skip


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
@pytest.mark.parametrize(("error", "message", "gating", "topk", "scale"), WRONG_CALLS)
def test_wrong_calls_raise_and_say_what_is_wanted(
    implementation, error, message, gating, topk, scale
):
    with pytest.raises(error, match=message):
        implementation(gating, topk, scale)


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_wrong_calls_without_tokens_raise_too(implementation):
    with pytest.raises(ValueError, match="topk"):
        implementation(GATING[:0], 5, SCALE)


@pytest.mark.parametrize(
    ("error", "message", "gating", "topk", "scale"),
    [call for call in WRONG_CALLS if isinstance(call[2], torch.Tensor) and type(call[3]) is int],
)
def test_the_fake_kernel_refuses_what_metadata_shows(error, message, gating, topk, scale):
    from torch._subclasses.fake_tensor import FakeTensorMode

    with FakeTensorMode() as mode, pytest.raises(error, match=message):
        operator.gemma4_routing(mode.from_tensor(gating), topk, mode.from_tensor(scale))
