"""What a chunk or a launch changed can be undone."""

import numpy as np

from conformance.memory import journal as module
from conformance.memory.journal import Journal


def changed(journal: Journal, memory: np.ndarray, place: int, lasting: bool = True) -> None:
    index = np.array([place])
    journal.record(memory, index, lasting)
    memory[index] += 1


def test_an_undone_chunk_leaves_earlier_chunks_alone():
    journal, memory = Journal(), np.zeros(3, np.int64)
    changed(journal, memory, 0)
    journal.commit()
    changed(journal, memory, 0)
    changed(journal, memory, 1)
    journal.undo_chunk()
    assert memory.tolist() == [1, 0, 0]


def test_an_undone_launch_restores_what_lasts_in_all_chunks():
    journal, memory, maps = Journal(), np.zeros(3, np.int64), np.zeros(3, np.int64)
    for place in (0, 0, 2):
        changed(journal, memory, place)
        changed(journal, maps, place, lasting=False)
        journal.commit()
    journal.undo_launch()
    assert memory.tolist() == [0, 0, 0]
    assert maps.tolist() == [2, 0, 1]


def test_what_follows_from_memory_is_told_of_an_undo():
    journal, told = Journal(), []
    journal.on_undo(lambda: told.append(True))
    journal.undo_chunk()
    journal.undo_chunk()
    assert told == [True]


def test_a_launch_that_changes_too_much_cannot_start_over(monkeypatch):
    monkeypatch.setattr(module, "LARGEST_HISTORY", 8)
    journal = Journal()
    changed(journal, np.zeros(3, np.int64), 0)
    journal.commit()
    assert not journal.can_start_over


def test_changes_are_undone_in_reverse():
    journal, memory, told = Journal(), np.array([1, 2], np.int64), []
    journal.on_undo(lambda: told.append(memory.tolist()))
    changed(journal, memory, 0)
    journal.on_undo(lambda: told.append(memory.tolist()))
    changed(journal, memory, 0)
    journal.undo_chunk()
    assert told == [[2, 2], [1, 2]]


def test_what_a_chunk_took_back_does_not_count_as_history(monkeypatch):
    monkeypatch.setattr(module, "LARGEST_HISTORY", 32)  # two changes of 16 bytes
    journal, memory = Journal(), np.zeros(3, np.int64)
    for _ in range(5):
        changed(journal, memory, 0)
        journal.undo_chunk()
    for _ in range(2):
        changed(journal, memory, 0)
        journal.commit()
    assert journal.can_start_over
    journal.undo_launch()
    assert memory.tolist() == [0, 0, 0]


def test_a_launch_that_started_over_begins_a_new_history(monkeypatch):
    monkeypatch.setattr(module, "LARGEST_HISTORY", 32)
    journal, memory = Journal(), np.zeros(3, np.int64)
    for _ in range(4):
        for place in (0, 1):
            changed(journal, memory, place)
            journal.commit()
        assert journal.can_start_over
        journal.undo_launch()
    assert memory.tolist() == [0, 0, 0]
    for place in (0, 1, 2):
        changed(journal, memory, place)
        journal.commit()
    assert not journal.can_start_over


def test_only_lasting_changes_count_as_history(monkeypatch):
    monkeypatch.setattr(module, "LARGEST_HISTORY", 15)
    journal, memory = Journal(), np.zeros(3, np.int64)
    for _ in range(3):
        changed(journal, memory, 0, lasting=False)
        journal.commit()
    assert journal.can_start_over
    changed(journal, memory, 0)
    journal.commit()
    assert not journal.can_start_over


def test_a_chunk_can_be_undone_when_the_launch_no_longer_can(monkeypatch):
    monkeypatch.setattr(module, "LARGEST_HISTORY", 8)
    journal, memory = Journal(), np.zeros(3, np.int64)
    changed(journal, memory, 0)
    journal.commit()
    changed(journal, memory, 1)
    journal.undo_chunk()
    assert memory.tolist() == [1, 0, 0]
