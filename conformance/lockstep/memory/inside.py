"""Threads of one program that touch the same bytes.

The elements of a block are distributed over the threads of a program as the compiler likes. What
one thread stores, another one may load only after `tl.debug_barrier()`, or after an atomic that
acquires and releases; what one thread loads, another one may overwrite only then. So an access
races with an earlier one of the same program if both touch a byte, one of them changes it, no
barrier lies between, and the lanes are not the same: the same place in blocks of the same shape
counts as the same thread, since the compiler gives equal blocks the same layout.

Two things are left alone although Triton promises neither, because released kernels live by them:

* Reads before later writes are also ordered by operations in which threads wait for each other
  (see ``phases``): a softmax that reads a row, reduces it and writes it back is right in practice.
* A scalar is one lane, though every thread of a program loads it.
"""

from __future__ import annotations

import numpy as np

from conformance.lockstep.memory.between import BetweenPrograms
from conformance.lockstep.memory.cells import WRITER, Cells, cells_of
from conformance.lockstep.memory.lanes import Lanes
from conformance.lockstep.memory.phases import LANE, PLACE
from conformance.lockstep.memory.regions import Region
from conformance.memory.violation import LANE_RACE


class InsidePrograms(BetweenPrograms):
    """Races of lanes, and all that a read or a write races with."""

    def watch_read(self, region: Region, lanes: Lanes, size: int) -> None:
        """Report what a load of ``size`` bytes by ``lanes`` races with, and remember it."""
        storage = region.storage
        lanes = lanes.each_program()
        cells, index = cells_of(storage, self.journal, lanes.offset, size)
        self.foreign_writes(region, lanes, cells, index)
        if not cells.tracked:
            return
        lane = self.phases.lane_keys(lanes)[:, None]
        own = cells.owners[index] & WRITER == (lanes.programs + 1)[:, None]
        if own.any():
            stored = cells.writing[index]
            phase = self.phases.phase_keys(self.phases.barriers, lanes)[:, None]
            self._race(region, lanes, own & (stored & ~LANE == phase) & _other(stored, lane))
        had_read = self.note_read(lanes, cells, index)
        phase = self.phases.phase_keys(self.phases.exchanges, lanes)[:, None]
        before, key = cells.reading[index], phase | lane
        again = had_read & (before & ~LANE == phase) & (before != key)
        self.journal.record(cells.reading, index, lasting=False)
        cells.reading[index] = np.where(again, phase, key)
        collided = cells.reading[index] != key
        if collided.any():
            several = np.broadcast_to(phase, index.shape)
            cells.reading[index[collided]] = several[collided]

    def watch_write(
        self, region: Region, lanes: Lanes, size: int, bits: np.ndarray, before: np.ndarray
    ) -> None:
        """Report what a store that has been done races with, and remember it.

        ``bits`` was stored by ``lanes`` where memory held ``before``.
        """
        storage = region.storage
        lost = bits != storage.bytes.gather(lanes.offset, size)
        if not (self.several or storage.tracked):
            if lost.any():
                self.violation(LANE_RACE, region, lanes.where(lost))
            self._written_twice(region, lanes, size)
            return
        cells, index = cells_of(storage, self.journal, lanes.offset, size)
        changed = bits != before
        own = self.foreign_accesses(region, lanes, cells, index, changed, lost)
        if lost.any():
            writer = cells.owners[index] & WRITER
            mine = writer == (WRITER if lanes.repeats > 1 else (lanes.programs + 1)[:, None])
            self._race(region, lanes, lost[:, None] & mine)
        if cells.tracked:
            self._watch_lanes(region, lanes, cells, index, changed[:, None], own)
        elif (own & changed[:, None]).any():
            self.track(region.storage)

    def _watch_lanes(
        self,
        region: Region,
        lanes: Lanes,
        cells: Cells,
        index: np.ndarray,
        changed: np.ndarray,
        own: np.ndarray,
    ) -> None:
        lane = self.phases.lane_keys(lanes)[:, None]
        stored, read = cells.writing[index], cells.reading[index]
        exchanged = self.phases.phase_keys(self.phases.exchanges, lanes)[:, None]
        phase = self.phases.phase_keys(self.phases.barriers, lanes)[:, None]
        had_read = cells.readers[index] == (lanes.programs + 1)[:, None]
        racing = own & (stored & ~LANE == phase) & _other(stored, lane)
        racing |= had_read & (read & ~LANE == exchanged) & (read & LANE != lane)
        self._race(region, lanes, racing & changed)
        key = phase | lane
        self.journal.record(cells.writing, index, lasting=False)
        cells.writing[index] = key
        collided = cells.writing[index] != key
        if collided.any():
            cells.writing[index[collided]] &= ~PLACE

    def _written_twice(self, region: Region, lanes: Lanes, size: int) -> None:
        """Track the storage if the launch's one program may have written the same bytes before."""
        storage = region.storage
        low, high = int(lanes.offset.min()), int(lanes.offset.max()) + size
        if storage.written is not None:
            first, last = storage.written
            if low < last and first < high:
                self.track(storage)
            low, high = min(low, first), max(high, last)
        storage.written = low, high

    def _race(self, region: Region, lanes: Lanes, racing: np.ndarray) -> None:
        elements = np.flatnonzero(racing.any(axis=1))
        if len(elements):
            self.violation(LANE_RACE, region, lanes.where(elements))


def _other(stored: np.ndarray, lane: np.ndarray) -> np.ndarray:
    """Whether lanes that stored are others than ``lane``.

    Where several lanes stored equal values, any lane of a block of that shape is one of them.
    """
    differs = stored & LANE != lane
    several = stored & PLACE == 0
    return differs & ~(several & (stored & LANE == lane & ~PLACE))
