"""Devices watch what a subject does, wherever its code allocates."""

import torch

from conformance.execution.cpu import LockstepCPU
from conformance.lockstep import is_open, lockstep


@torch.library.custom_op("conformance_tests::half_written", mutates_args=())
def half_written(x: torch.Tensor) -> torch.Tensor:
    result = torch.empty_like(x)
    result[: len(x) // 2] = x[: len(x) // 2]
    return result


def test_memory_that_a_registered_operator_takes_is_poisoned_and_watched():
    outcome = LockstepCPU().call(half_written, [torch.ones(4)], poison=0xFF)
    assert outcome.result[:2].tolist() == [1, 1] and outcome.result[2:].isnan().all()
    (written,) = outcome.written
    assert written.tolist() == [True, True, False, False]


def test_whether_a_session_is_open_can_be_asked():
    assert not is_open()
    with lockstep():
        assert is_open()
    assert not is_open()
