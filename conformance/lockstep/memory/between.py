"""Programs of one launch that touch the same bytes.

For each written storage ``cells`` says which program wrote a cell, and whether that changed it; for
storages that the kernel both reads and writes also who read it. Writes of equal bytes do not race,
and a write that changes nothing races with no read.

Programs run together, chunk by chunk, and what is seen of a race then depends on the chunks. So
such a launch only finds out whether some program touches what another one wrote. If one does, the
launch starts over and runs its programs one after the other, and only what is seen then is
reported: the same for every size of a chunk. Launches that cannot start over, or have more than
``MOST_IN_TURN`` programs, report what the chunks show.

Programs that meet at an atomic are ordered: what one wrote before its last atomic may be read by
another after a later atomic. Accesses ordered this way do not race. Relaxed atomics order nothing.
Where programs meet at several atomics, only the order in which they happen to do so is judged.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from conformance.lockstep.memory.cells import CHANGED, REWRITTEN, SEVERAL, WRITER, Cells
from conformance.lockstep.memory.lanes import Lanes
from conformance.lockstep.memory.regions import Region
from conformance.lockstep.memory.watched import StartOver, WatchedMemory
from conformance.memory.sparse import zeros
from conformance.memory.violation import READ_RACE, WRITE_RACE

#: Programs of a launch that runs them one after the other to see how they race.
MOST_IN_TURN = 1 << 13


class BetweenPrograms(WatchedMemory):
    """Races of different programs."""

    def foreign_writes(self, region: Region, lanes: Lanes, cells: Cells, index: np.ndarray) -> None:
        """Report reads, by ``lanes`` of cells ``index``, of what another program wrote."""
        known = cells.owners[index]
        writer = known & WRITER
        racing = (writer != 0) & (writer != _codes(lanes)) & (known & CHANGED != 0)
        if racing.any():
            sure = racing & (writer != SEVERAL)
            self._meet(READ_RACE, region, lanes, racing, sure, writer, _at(cells, index))

    def foreign_accesses(
        self,
        region: Region,
        lanes: Lanes,
        cells: Cells,
        index: np.ndarray,
        changed: np.ndarray,
        lost: np.ndarray,
    ) -> np.ndarray:
        """Report what a store races with; returns where the programs' own earlier stores were.

        ``changed``: it changed the element; ``lost``: another lane's value stayed instead.
        """
        mine = SEVERAL if lanes.repeats > 1 else _codes(lanes)
        known = cells.owners[index]
        writer, changed = known & WRITER, changed[:, None]
        flags = np.where(changed, CHANGED, 0) | (known & ~WRITER)
        if writer.any():
            flags |= np.where(changed & (writer != 0), REWRITTEN, 0)
        times = _at(cells, index)
        self.journal.record(cells.owners, index, lasting=False)
        cells.owners[index] = mine | flags
        self._note_times(lanes, cells, index)
        now = cells.owners[index] & WRITER
        own = np.zeros(index.shape, bool)
        if writer.any():
            foreign = (writer != 0) & (writer != mine)
            own = (writer == mine) & (writer != SEVERAL)
            if foreign.any():
                sure = foreign & changed
                racing = sure | (foreign & (known & REWRITTEN != 0)) if self.together else sure
                self._meet(WRITE_RACE, region, lanes, racing, sure, writer, times)
                if self.together:
                    self._several(cells, index, foreign)
        collided = now != mine
        if collided.any():
            racing = collided & lost[:, None]
            self._meet(WRITE_RACE, region, lanes, racing, racing, now, _at(cells, index))
            self._several(cells, index, collided)
        if cells.tracked:
            reader = cells.readers[index]
            sure = (reader != 0) & (reader != mine) & changed
            racing = sure
            if self.together:
                racing = (reader != 0) & (reader != mine) & (flags & CHANGED != 0)
            self._meet(READ_RACE, region, lanes, racing, sure, reader, None)
        return own

    def note_read(self, lanes: Lanes, cells: Cells, index: np.ndarray) -> np.ndarray:
        """Remember who read, for later writes; returns where the programs themselves had read."""
        mine = np.broadcast_to(_codes(lanes), index.shape)
        known = cells.readers[index]
        own = known == mine
        self.journal.record(cells.readers, index, lasting=False)
        cells.readers[index] = np.where((known == 0) | own, mine, SEVERAL)
        collided = cells.readers[index] != mine
        if collided.any():
            cells.readers[index[collided]] = SEVERAL
        return own

    def _note_times(self, lanes: Lanes, cells: Cells, index: np.ndarray) -> None:
        if self.order.last_atomic is None:
            return
        if cells.times is None:
            self.journal.on_undo(partial(setattr, cells, "times", None))
            cells.times = zeros(len(cells.owners), np.int64)
        self.journal.record(cells.times, index, lasting=False)
        cells.times[index] = self.order.times(lanes.programs)[:, None]

    @staticmethod
    def _several(cells: Cells, index: np.ndarray, chosen: np.ndarray) -> None:
        cells.owners[index[chosen]] |= SEVERAL

    def _meet(
        self,
        kind: str,
        region: Region,
        lanes: Lanes,
        racing: np.ndarray,
        sure: np.ndarray,
        codes: np.ndarray,
        written: np.ndarray | None,
    ) -> None:
        """Report races, or start over to see them as they are without chunks.

        ``codes`` says for each cell who touched it before; of ``racing`` only ``sure`` is reported.
        ``written`` says when it was stored, None for what was only read.
        """
        elements = np.flatnonzero(racing.any(axis=1))
        if not len(elements):
            return
        first = racing[elements].argmax(axis=1)
        other = codes[elements, first].astype(np.int64)
        other = np.where(other == SEVERAL, -1, other - 1)
        written = None if written is None else written[elements, first]
        kept = ~self.order.ordered(lanes.programs[elements], other, written)
        can_run_in_turn = self.journal.can_start_over and self.order.programs <= MOST_IN_TURN
        if self.together and can_run_in_turn and (kept | (other < 0)).any():
            raise StartOver(None)
        kept &= sure[elements].any(axis=1)
        if kept.any():
            self.violation(kind, region, lanes.where(elements[kept]), int(other[kept][0]))


def _at(cells: Cells, index: np.ndarray) -> np.ndarray:
    return np.zeros(index.shape, np.int64) if cells.times is None else cells.times[index]


def _codes(lanes: Lanes) -> np.ndarray:
    return (lanes.programs + 1)[:, None].astype(np.int32)
