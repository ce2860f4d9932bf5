"""A tensor in a guarded storage: its bytes, the bytes around it, new contents in its place."""

import pytest
import torch

from conformance.memory.guarded import GUARD_BYTE, Buffer


@pytest.fixture
def buffer():
    """Rows of three int16 elements, two elements apart, after one element of guard."""
    storage = torch.full((24,), GUARD_BYTE, dtype=torch.uint8)
    tensor = storage.view(torch.int16).as_strided((2, 3), (5, 1), 1)
    tensor.zero_()
    return Buffer(tensor, storage)


def test_bytes_outside_of_all_elements_are_known(buffer):
    outside = buffer.outside()
    assert (buffer.storage[outside] == GUARD_BYTE).all()
    assert (buffer.storage[~outside] == 0).all()
    assert outside.sum() == 24 - 2 * 3 * 2


def test_a_snapshot_does_not_follow_later_writes(buffer):
    before = buffer.snapshot()
    buffer.tensor.fill_(7)
    assert not torch.equal(before, buffer.storage)


def test_new_contents_leave_the_guards_alone(buffer):
    outside = buffer.outside()
    buffer.overwrite(torch.arange(6, dtype=torch.int16).view(2, 3))
    assert buffer.tensor.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert (buffer.storage[outside] == GUARD_BYTE).all()


def test_rows_that_share_memory_take_the_first_row():
    storage = torch.zeros(8, dtype=torch.uint8)
    shared = Buffer(storage.view(torch.float32).expand(3, 2), storage)
    shared.overwrite(torch.tensor([[1.0, 2.0]] * 3))
    assert shared.tensor.tolist() == [[1.0, 2.0]] * 3


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_a_guard_that_is_read_shows_as_nan(dtype):
    guard = torch.full((8,), GUARD_BYTE, dtype=torch.uint8)
    assert guard.view(dtype).isnan().all()
