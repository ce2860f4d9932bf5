"""Programs of one launch that touch the same bytes.

For each written storage a map says which program wrote a cell: 0 nobody, ``program + 1``, or ``SEVERAL``
programs that stored equal bytes. A second map of the same form says who read it; it is kept only for
storages that the kernel both reads and writes. A cell is as large as the first access, or one byte if a
smaller or unaligned access comes later.

Programs that meet at an atomic are ordered: what one wrote before its last atomic may be read by another
after a later atomic. Accesses ordered this way do not race.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import numpy as np

from .journal import Journal
from .regions import Storage

SEVERAL = -1


class Map:
    """One integer for each cell of a storage."""

    def __init__(self, storage_size: int, cell_size: int):
        self.storage_size, self.cell_size = storage_size, cell_size
        self.cells = np.zeros(-(-storage_size // cell_size), np.int32)

    def index(self, offset: np.ndarray, size: int) -> np.ndarray | None:
        """Cells of ``size`` bytes at ``offset``, shape (n, cells an element); None if cells are too large."""
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


def cells_of(storage: Storage, name: str, journal: Journal, offset: np.ndarray, size: int) -> tuple[Map, np.ndarray]:
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


@dataclass
class Order:
    """When each program last took part in an atomic; ``clock`` counts memory instructions."""

    programs: int
    clock: int = 0
    last_atomic: np.ndarray | None = None
    _kept: list[tuple[Storage, np.ndarray]] = field(default_factory=list)

    def tick(self) -> None:
        """Another memory instruction."""
        self.clock += 1

    def synchronised(self, programs: np.ndarray) -> None:
        """``programs``, in this order, executed an atomic."""
        if self.last_atomic is None:
            self.last_atomic = np.zeros(self.programs, np.int64)
        self.last_atomic[programs] = self.clock * self.programs + programs

    def wrote(self, storage: Storage, programs: np.ndarray) -> None:
        """``programs`` stored to ``storage``."""
        if self.last_atomic is not None:
            if storage.last_write is None:
                storage.last_write = np.zeros(self.programs, np.int64)
            storage.last_write[programs] = self.clock * self.programs + programs

    def ordered(self, storage: Storage, program: np.ndarray, other: np.ndarray, by_write: bool) -> np.ndarray:
        """Element-wise: whether an access by ``other`` came before one by ``program`` through atomics.

        ``other`` may be ``SEVERAL - 1``, several unknown programs.
        """
        if self.last_atomic is None:
            return np.zeros(len(program), bool)
        mine = self.last_atomic[program]
        theirs = np.where(other >= 0, self.last_atomic[np.maximum(other, 0)], 1)
        ordered = (mine > 0) & (theirs > 0) & (theirs < mine)
        if by_write and storage.last_write is not None:
            ordered &= (other < 0) | (storage.last_write[np.maximum(other, 0)] < theirs)
        return ordered

    def mark(self, storages: list[Storage]) -> tuple:
        """A state that ``restore`` returns to."""
        copies = [(each, None if each.last_write is None else each.last_write.copy()) for each in storages]
        return self.clock, None if self.last_atomic is None else self.last_atomic.copy(), copies

    def restore(self, mark: tuple) -> None:
        """Return to an earlier state."""
        self.clock, self.last_atomic, copies = mark
        self.last_atomic = None if self.last_atomic is None else self.last_atomic.copy()
        for storage, last_write in copies:
            storage.last_write = last_write


def check_read(storage: Storage, journal: Journal, order: Order, offset: np.ndarray, size: int,
               programs: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:  # fmt: skip
    """(elements, other programs) of reads of what another program wrote, or None."""
    owners, index = cells_of(storage, "owners", journal, offset, size)
    owner = owners.cells[index]
    foreign = (owner > 0) & (owner != (programs + 1)[:, None])
    if not foreign.any():
        return None
    elements = np.flatnonzero(foreign.any(axis=1))
    other = owner[elements, foreign[elements].argmax(axis=1)].astype(np.int64) - 1
    racing = ~order.ordered(storage, programs[elements], other, by_write=True)
    return (elements[racing], other[racing]) if racing.any() else None


def note_read(storage: Storage, journal: Journal, offset: np.ndarray, size: int, programs: np.ndarray) -> None:
    """Remember who read, for later writes."""
    readers, index = cells_of(storage, "readers", journal, offset, size)
    mine = np.broadcast_to((programs + 1)[:, None].astype(np.int32), index.shape)
    known = readers.cells[index]
    journal.record(readers.cells, index, lasting=False)
    readers.cells[index] = np.where((known == 0) | (known == mine), mine, SEVERAL)
    collided = readers.cells[index] != mine
    if collided.any():
        readers.cells[index[collided]] = SEVERAL


def check_write(storage: Storage, journal: Journal, order: Order, offset: np.ndarray, size: int,
                programs: np.ndarray, bits: np.ndarray, before: np.ndarray, shared: bool
                ) -> list[tuple[str, np.ndarray, np.ndarray]]:  # fmt: skip
    """Races of a store that has just been done, as (map, elements, other programs).

    ``bits`` is what was to be stored, ``before`` what memory held; ``shared`` if all programs of the chunk
    did the same store and ``programs`` names only the first.
    """
    owners, index = cells_of(storage, "owners", journal, offset, size)
    known = owners.cells[index]
    journal.record(owners.cells, index, lasting=False)
    mine = np.broadcast_to((programs + 1)[:, None].astype(np.int32), index.shape)
    owners.cells[index] = SEVERAL if shared else mine
    now = owners.cells[index]
    found = []
    if known.any() or (not shared and (now != mine).any()):
        after = storage.bytes.gather(offset, size)
        for owner, differs in ((known, bits != before), (now, bits != after)):
            foreign = (owner != 0) & (owner != mine) & (not shared or owner is known)
            if not foreign.any():
                continue
            same = foreign & ~differs[:, None]
            owners.cells[index[same]] = SEVERAL
            _collect(found, "owners", foreign & differs[:, None], owner, storage, order, programs, by_write=True)
    if storage.readers is not None:
        readers, index = cells_of(storage, "readers", journal, offset, size)
        reader = readers.cells[index]
        foreign = (reader != 0) & ((reader != (programs + 1)[:, None]) | shared) & (bits != before)[:, None]
        _collect(found, "readers", foreign, reader, storage, order, programs, by_write=False)
    return found


def _collect(found: list, name: str, racing: np.ndarray, owner: np.ndarray, storage: Storage, order: Order,
             programs: np.ndarray, by_write: bool) -> None:  # fmt: skip
    elements = np.flatnonzero(racing.any(axis=1))
    if not len(elements):
        return
    other = owner[elements, racing[elements].argmax(axis=1)].astype(np.int64) - 1
    kept = ~order.ordered(storage, programs[elements], other, by_write)
    if kept.any():
        found.append((name, elements[kept], other[kept]))
