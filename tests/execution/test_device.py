"""Devices watch what a subject does, wherever its code allocates."""

from types import SimpleNamespace

import pytest
import torch

from conformance.execution.device import SPARE_BYTES, Accelerator, LockstepCPU
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


@pytest.mark.parametrize(("kept", "given_back"), [(SPARE_BYTES, 0), (SPARE_BYTES + 1, 1)])
def test_what_a_large_case_took_is_given_back_before_the_next_call(monkeypatch, kept, given_back):
    emptied = []
    driver = SimpleNamespace(
        is_available=lambda: True,
        get_device_name=lambda: "a toy",
        synchronize=lambda: None,
        memory_reserved=lambda: 100 + kept,
        memory_allocated=lambda: 100,
        empty_cache=lambda: emptied.append(True),
    )
    monkeypatch.setattr(torch, "toy", driver, raising=False)
    outcome = Accelerator("toy").call(lambda x: x + 1, [torch.ones(2)], poison=0)
    assert outcome.result.tolist() == [2, 2] and len(emptied) == given_back
