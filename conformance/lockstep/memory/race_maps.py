"""Which program touched which cell of a storage."""

from __future__ import annotations

from functools import partial

import numpy as np

from conformance.lockstep.memory.storage import Storage
from conformance.memory.journal import Journal

#: In a map: several programs.
SEVERAL = -1


class Map:
    """One integer for each cell of a storage."""

    def __init__(self, storage_size: int, cell_size: int):
        self.storage_size, self.cell_size = storage_size, cell_size
        self.cells = np.zeros(-(-storage_size // cell_size), np.int32)

    def index(self, offset: np.ndarray, size: int) -> np.ndarray | None:
        """Cells of ``size`` bytes at ``offset``, shape (n, cells an element).

        None if cells are too large.
        """
        cell = self.cell_size
        if size % cell or (cell > 1 and len(offset) and int(np.bitwise_or.reduce(offset)) % cell):
            return None
        first = offset // cell if cell > 1 else offset
        return first[:, None] + np.arange(size // cell) if size > cell else first[:, None]

    def refined(self) -> Map:
        """The same map with cells of one byte."""
        fine = Map(self.storage_size, 1)
        fine.cells[:] = np.repeat(self.cells, self.cell_size)[: self.storage_size]
        return fine


def cells_of(
    storage: Storage, name: str, journal: Journal, offset: np.ndarray, size: int
) -> tuple[Map, np.ndarray]:
    """The map ``name`` of a storage, made or refined as needed, and the cells of an access."""
    current = getattr(storage, name)
    if current is None:
        journal.on_undo(partial(setattr, storage, name, None))
        current = Map(storage.size, size)
        setattr(storage, name, current)
    index = current.index(offset, size)
    if index is None:
        journal.on_undo(partial(setattr, storage, name, current))
        current = current.refined()
        setattr(storage, name, current)
        index = current.index(offset, size)
    return current, index
