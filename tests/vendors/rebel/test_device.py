"""The device: registered wrappers run, their fresh memory is poisoned, their rules are watched."""

import pytest
import torch
from torch.library import triton_op

from conformance.vendors.rebel.device import EmulatedRebel
from conformance.vendors.rebel.watching import report

from .kernels import append, scale, values

POISON = 0xFF


@triton_op("rebel_emulation_tests::scaled", mutates_args=())
def scaled(x: torch.Tensor, rows: int) -> torch.Tensor:
    output = torch.empty_like(x)
    scale.warmup(x, output, 2.0, rows, x.shape[1], grid=(1,))
    return output


@triton_op("rebel_emulation_tests::appended", mutates_args=())
def appended(new: torch.Tensor, cache: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    cache = cache.to(torch.float32)
    parts, rows, width = cache.shape
    append.warmup(new, cache, lengths, new.shape[0], parts, rows, width)
    return new.clone()


@pytest.fixture
def device():
    return EmulatedRebel()


def test_a_registered_operator_answers(device):
    outcome = device.call(torch.ops.rebel_emulation_tests.scaled, (values(2, 4), 2), POISON)
    assert torch.equal(outcome.result, values(2, 4) * 2)
    assert (outcome.raised, outcome.violations, outcome.launches) == (None, (), 1)
    assert outcome.written[0].all()


def test_memory_that_a_wrapper_allocates_is_poisoned_and_tracked(device):
    outcome = device.call(torch.ops.rebel_emulation_tests.scaled, (values(2, 4), 1), POISON)
    assert torch.equal(outcome.result[0], values(2, 4)[0] * 2)
    assert outcome.result[1].isnan().all()
    assert outcome.written[0].tolist() == [[True] * 4, [False] * 4]
    assert {v.kind for v in outcome.violations} == {report.OTHER_SHAPE}


def test_state_is_written_in_place_and_not_through_a_cast(device):
    for dtype, want in ((torch.float32, 4.0), (torch.bfloat16, 0.0)):
        cache = torch.zeros(2, 4, 2, dtype=dtype)
        arguments = (torch.full((1, 2), 2.0), cache, torch.tensor([[1, 0]]).short())
        outcome = device.call(torch.ops.rebel_emulation_tests.appended, arguments, POISON)
        assert outcome.raised is None and outcome.violations == ()
        assert cache.sum() == want


def test_exceptions_are_answers_with_a_place_in_the_kernel(device):
    arguments = (torch.ones(1, 2), torch.zeros(2, 4, 2), torch.tensor([[1, 0]]))
    raised = device.call(torch.ops.rebel_emulation_tests.appended, arguments, POISON).raised
    assert raised.type == "TypeError" and "1x2xi64" in raised.message
    assert raised.place.startswith(append.fn.__code__.co_filename) and not raised.unsupported


def test_what_is_not_emulated_is_no_answer_of_the_subject(device):
    raised = device.call(lambda x: scale[(1,)](x), (values(2, 4),), POISON).raised
    assert raised.type == "UnsupportedFeature" and raised.unsupported


def test_rows_that_a_load_must_not_deliver_can_be_nan():
    def call(device):
        cache = torch.zeros(1, 4, 2)
        arguments = (torch.ones(1, 2), cache, torch.tensor([[4]]).short())
        device.call(torch.ops.rebel_emulation_tests.appended, arguments, POISON)
        return cache

    assert call(EmulatedRebel()).eq(0).all()
    assert call(EmulatedRebel(rest=float("nan"))).eq(0).all(), "full partitions are delivered"


def test_the_mode_says_that_it_is_an_emulation(device):
    assert device.torch_device == "cpu" and "emulated (rebel " in device.mode
