"""Who touched which cell of a storage, and in which lane of a block."""

from __future__ import annotations

from functools import partial

import numpy as np

from conformance.lockstep.memory.storage import Storage
from conformance.memory.journal import Journal
from conformance.memory.sparse import repeated, zeros

#: The bits of an owner that say who wrote a cell: 0 nobody, ``program + 1``, or several programs.
WRITER = (1 << 29) - 1
SEVERAL = WRITER
#: A write changed what the cell held.
CHANGED = 1 << 29
#: A write changed what an earlier write of this launch had put there.
REWRITTEN = 1 << 30


class Cells:
    """Integers for each cell of a storage, a cell being ``cell_size`` bytes.

    ``owners`` holds who wrote, with flags; ``times`` when, if that was after an atomic, else 0. It
    is None before the first atomic. The others are kept if ``tracked``: ``readers`` who read (0,
    ``program + 1`` or ``SEVERAL``), ``writing`` and ``reading`` in which lane (see ``inside``).
    """

    times: np.ndarray | None = None

    def __init__(self, storage_size: int, cell_size: int, tracked: bool):
        self.storage_size, self.cell_size, self.tracked = storage_size, cell_size, tracked
        count = -(-storage_size // cell_size)
        self.owners = zeros(count, np.int32)
        if tracked:
            self.readers = zeros(count, np.int32)
            self.writing, self.reading = zeros(count, np.int64), zeros(count, np.int64)

    def index(self, offset: np.ndarray, size: int) -> np.ndarray | None:
        """Cells of ``size`` bytes at ``offset``, shape (n, cells an element).

        None if cells are too large.
        """
        cell = self.cell_size
        if size % cell or (cell > 1 and len(offset) and int(np.bitwise_or.reduce(offset)) % cell):
            return None
        first = offset // cell if cell > 1 else offset
        return first[:, None] + np.arange(size // cell) if size > cell else first[:, None]

    def refined(self) -> Cells:
        """The same with cells of one byte."""
        fine = Cells(self.storage_size, 1, self.tracked)
        for name, values in vars(self).items():
            if isinstance(values, np.ndarray):
                setattr(fine, name, repeated(values, self.cell_size, self.storage_size))
        return fine


def cells_of(
    storage: Storage, journal: Journal, offset: np.ndarray, size: int
) -> tuple[Cells, np.ndarray]:
    """The cells of a storage, made or refined as needed, and the index of those of an access."""
    current = storage.cells
    if current is None:
        journal.on_undo(partial(setattr, storage, "cells", None))
        current = storage.cells = Cells(storage.size, size, storage.tracked)
    index = current.index(offset, size)
    if index is None:
        journal.on_undo(partial(setattr, storage, "cells", current))
        current = storage.cells = current.refined()
        index = current.index(offset, size)
    return current, index
