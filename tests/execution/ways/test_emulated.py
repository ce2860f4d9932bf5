"""A call beside the device: the same bits go in, and what it leaves comes back."""

import torch
from conformance_kernels.gemma4_routing.triton_route import route_triton

from conformance.execution.ways.emulated import Emulation


def test_results_and_launches_are_those_of_lockstep():
    gating, scale = torch.randn(4, 16), torch.ones(16)
    outcome = Emulation("cpu").call(route_triton, (gating, 2, scale), 0)
    weights, ids = outcome.result
    assert outcome.launches == 1
    assert torch.equal(ids.long(), gating.topk(2, dim=1).indices)
    assert torch.allclose(weights, gating.topk(2, dim=1).values.softmax(dim=1))


def test_arguments_hold_what_the_call_left_in_them_in_their_own_memory():
    whole = torch.zeros(4, 6)
    part = whole[:, 1:4]
    outcome = Emulation("cpu").call(lambda x: x.add_(1), (part,), 0)
    assert whole[:, 1:4].eq(1).all() and whole.sum() == 12
    assert outcome.result is part


def test_the_call_sees_layout_bits_and_no_memory_of_the_device():
    given = torch.tensor([[float("nan"), -0.0], [1e-45, 2.0]]).t()
    seen = []

    def look(x):
        seen.append((x.stride(), x.view(torch.int32).tolist(), x.data_ptr()))
        return [x + 0, None]

    outcome = Emulation("cpu").call(look, (given,), 0)
    stride, bits, address = seen[0]
    assert (stride, bits) == (given.stride(), given.view(torch.int32).tolist())
    assert address != given.data_ptr()
    assert isinstance(outcome.result, list) and outcome.result[1] is None


def test_what_is_raised_is_the_answer_and_what_was_written_stays():
    given = torch.zeros(2)

    def broken(x):
        x.fill_(3)
        raise ValueError("no")

    outcome = Emulation("cpu").call(broken, (given,), 0)
    assert str(outcome.raised).startswith("ValueError: no")
    assert given.tolist() == [3, 3]


def test_empty_tensors_go_through():
    outcome = Emulation("cpu").call(lambda x: x * 2, (torch.empty(0, 3),), 0)
    assert outcome.result.shape == (0, 3)
