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
