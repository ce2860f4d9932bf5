"""Programs of one launch that touch the same bytes.

For each written storage a map says which program wrote a cell: 0 nobody, ``program + 1``, or
``SEVERAL`` programs that stored equal bytes. A second map of the same form says who read it; it is
kept only for storages that the kernel both reads and writes. A cell is as large as the first
access, or one byte if a smaller or unaligned access comes later.

Programs that meet at an atomic are ordered: what one wrote before its last atomic may be read by
another after a later atomic. Accesses ordered this way do not race.
"""

from __future__ import annotations

import numpy as np

from conformance.lockstep.memory.order import Order
from conformance.lockstep.memory.race_maps import SEVERAL, cells_of
from conformance.lockstep.memory.storage import Storage
from conformance.memory.journal import Journal


def check_read(
    storage: Storage,
    journal: Journal,
    order: Order,
    offset: np.ndarray,
    size: int,
    programs: np.ndarray,
) -> tuple[np.ndarray, np.ndarray] | None:
    """Reads of what another program wrote, as (elements, other programs); None if none races."""
    owners, index = cells_of(storage, "owners", journal, offset, size)
    owner = owners.cells[index]
    foreign = (owner > 0) & (owner != (programs + 1)[:, None])
    if not foreign.any():
        return None
    elements = np.flatnonzero(foreign.any(axis=1))
    other = owner[elements, foreign[elements].argmax(axis=1)].astype(np.int64) - 1
    racing = ~order.ordered(storage, programs[elements], other, by_write=True)
    return (elements[racing], other[racing]) if racing.any() else None


def note_read(
    storage: Storage, journal: Journal, offset: np.ndarray, size: int, programs: np.ndarray
) -> None:
    """Remember who read, for later writes."""
    readers, index = cells_of(storage, "readers", journal, offset, size)
    mine = np.broadcast_to((programs + 1)[:, None].astype(np.int32), index.shape)
    known = readers.cells[index]
    journal.record(readers.cells, index, lasting=False)
    readers.cells[index] = np.where((known == 0) | (known == mine), mine, SEVERAL)
    collided = readers.cells[index] != mine
    if collided.any():
        readers.cells[index[collided]] = SEVERAL


def check_write(
    storage: Storage,
    journal: Journal,
    order: Order,
    offset: np.ndarray,
    size: int,
    programs: np.ndarray,
    bits: np.ndarray,
    before: np.ndarray,
    shared: bool,
) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Races of a store that has just been done, as (map, elements, other programs).

    ``bits`` was stored where memory held ``before``. ``shared``: all programs of the chunk did the
    same store, and ``programs`` names only the first.
    """
    owners, index = cells_of(storage, "owners", journal, offset, size)
    known = owners.cells[index]
    journal.record(owners.cells, index, lasting=False)
    mine = np.broadcast_to((programs + 1)[:, None].astype(np.int32), index.shape)
    owners.cells[index] = SEVERAL if shared else mine
    now = owners.cells[index]
    found: list[tuple[str, np.ndarray, np.ndarray]] = []
    if known.any() or (not shared and (now != mine).any()):
        after = storage.bytes.gather(offset, size)
        for owner, differs in ((known, bits != before), (now, bits != after)):
            foreign = (owner != 0) & (owner != mine) & (not shared or owner is known)
            if not foreign.any():
                continue
            same = foreign & ~differs[:, None]
            owners.cells[index[same]] = SEVERAL
            _collect(
                found,
                "owners",
                foreign & differs[:, None],
                owner,
                storage,
                order,
                programs,
                by_write=True,
            )
    if storage.readers is not None:
        readers, index = cells_of(storage, "readers", journal, offset, size)
        reader = readers.cells[index]
        foreign = (
            (reader != 0)
            & ((reader != (programs + 1)[:, None]) | shared)
            & (bits != before)[:, None]
        )
        _collect(found, "readers", foreign, reader, storage, order, programs, by_write=False)
    return found


def _collect(
    found: list,
    name: str,
    racing: np.ndarray,
    owner: np.ndarray,
    storage: Storage,
    order: Order,
    programs: np.ndarray,
    by_write: bool,
) -> None:
    elements = np.flatnonzero(racing.any(axis=1))
    if not len(elements):
        return
    other = owner[elements, racing[elements].argmax(axis=1)].astype(np.int64) - 1
    kept = ~order.ordered(storage, programs[elements], other, by_write)
    if kept.any():
        found.append((name, elements[kept], other[kept]))
