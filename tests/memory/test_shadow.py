"""A shadow knows for each byte of a storage whether somebody wrote it."""

import numpy as np
import pytest
import torch

from conformance.memory.shadow import Shadow


def written(shadow: Shadow) -> list[int]:
    """The offsets of the bytes that count as written."""
    return np.flatnonzero(shadow.data).tolist()


@pytest.mark.parametrize("state", [False, True])
def test_all_bytes_start_alike(state):
    shadow = Shadow(6, written=state)
    assert shadow.complete is state
    assert written(shadow) == (list(range(6)) if state else [])
    assert (shadow.changes, shadow.version, shadow.fill) == (0, 0, None)


def test_a_dense_tensor_writes_its_own_bytes():
    memory = torch.zeros(8, dtype=torch.int16)
    shadow = Shadow(16, written=False)
    shadow.set(memory[2:4], True)
    assert written(shadow) == [4, 5, 6, 7]
    shadow.set(memory[3:4], False)
    assert written(shadow) == [4, 5]


def test_a_strided_tensor_leaves_the_bytes_between_its_elements():
    memory = torch.zeros(8, dtype=torch.int16)
    shadow = Shadow(16, written=False)
    shadow.set(memory.as_strided((2, 2), (4, 2), 1), True)
    assert written(shadow) == [2, 3, 6, 7, 10, 11, 14, 15]


def test_a_tensor_without_elements_writes_nothing():
    shadow = Shadow(8, written=False)
    shadow.set(torch.zeros(8, dtype=torch.uint8)[4:4], True)
    assert written(shadow) == []
    assert shadow.changes == 0


def test_each_write_counts_once():
    memory = torch.zeros(4, dtype=torch.uint8)
    shadow = Shadow(4, written=False)
    shadow.set(memory[:2], True)
    assert shadow.changes == 1
    shadow.set(memory[::2], True)
    assert shadow.changes == 2
    shadow.all_written()
    assert shadow.changes == 3


def test_a_shadow_is_complete_once_its_last_byte_is_written():
    memory = torch.zeros(4, dtype=torch.uint8)
    shadow = Shadow(4, written=False)
    shadow.set(memory[:3], True)
    assert not shadow.complete
    shadow.set(memory[3:], True)
    assert shadow.complete
    shadow.set(memory[1:2], False)
    assert not shadow.complete


@pytest.mark.parametrize("size", [1, 2, 4, 8])
def test_an_element_is_written_if_all_its_bytes_are(size):
    shadow = Shadow(3 * size, written=False)
    places = np.arange(3) * size
    assert shadow.unwritten(places, size).tolist() == [True] * 3
    shadow.data[: 2 * size] = 1
    assert shadow.unwritten(places, size).tolist() == [False, False, True]
    shadow.data[size] = 0
    assert shadow.unwritten(places, size).tolist() == [False, True, True]
    shadow.all_written()
    assert shadow.unwritten(places, size).tolist() == [False] * 3
    assert shadow.complete


def test_elements_are_looked_at_where_they_lie_aligned_or_not():
    shadow = Shadow(8, written=False)
    shadow.data[3:7] = 1
    assert shadow.unwritten(np.array([2, 3, 4]), 4).tolist() == [True, False, True]
    assert shadow.unwritten(np.array([[1], [3], [5], [6]]), 2).tolist() == [
        [True],
        [False],
        [False],
        [True],
    ]


def test_elements_of_a_view_can_be_marked_one_by_one():
    memory = torch.zeros(8, dtype=torch.int16)
    shadow = Shadow(16, written=False)
    elements = shadow.elements(memory[1::3])
    assert elements.shape == (3, 2)
    elements[1] = True
    assert written(shadow) == [8, 9]


def test_a_byte_that_lost_its_fill_was_written_unseen():
    shadow, memory = Shadow(4, written=False, fill=0xAB), np.full(4, 0xAB, np.uint8)
    assert not shadow.was_written_unseen(memory)
    assert written(shadow) == []
    memory[2] = 1
    assert shadow.was_written_unseen(memory)
    assert written(shadow) == [0, 1, 2, 3]


def test_bytes_that_were_seen_to_be_written_tell_nothing_of_the_others():
    shadow, memory = Shadow(4, written=False, fill=0xAB), np.full(4, 0xAB, np.uint8)
    shadow.set(torch.zeros(4, dtype=torch.uint8)[1:2], True)
    memory[1] = 1
    assert not shadow.was_written_unseen(memory)
    assert written(shadow) == [1]


def test_memory_that_was_never_filled_tells_nothing():
    shadow = Shadow(4, written=False)
    assert not shadow.was_written_unseen(np.arange(4, dtype=np.uint8))
    assert written(shadow) == []
    filled = Shadow(4, written=False, fill=0)
    assert filled.was_written_unseen(np.arange(4, dtype=np.uint8))
