"""The memory of one launch, and the rules that accesses to it break."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from conformance.lockstep.machine import MACHINE, position, unsupported
from conformance.lockstep.memory.lanes import Lanes, lanes_of
from conformance.lockstep.memory.order import Order
from conformance.lockstep.memory.origin import Finder, OriginByProgram, largest_first, origin_of
from conformance.lockstep.memory.phases import Phases
from conformance.lockstep.memory.regions import Region, nowhere
from conformance.lockstep.memory.storage import Storage
from conformance.lockstep.values.handle import Handle
from conformance.memory.journal import Journal
from conformance.memory.report import Report
from conformance.memory.shadow import ALL_WRITTEN
from conformance.memory.unwritten import Unwritten
from conformance.memory.violation import OUT_OF_BOUNDS_WRITE, UNINITIALISED_READ, Violation

#: Where a process may have memory: not in the first 64 KiB, nor where no hardware has addresses.
LEAST_ADDRESS, MOST_ADDRESS = np.uint64(1 << 16), np.uint64(1 << 57)
NOWHERE = nowhere("none (null or undefined pointer)")
UNKNOWN = nowhere("none (neither named nor asked for by data_ptr())")


class StartOver(Exception):
    """The launch must start over.

    ``storage`` is both read and written, or written twice: readers and lanes must be tracked from
    the start. None: programs touch each other's bytes and must run one after the other.
    """

    def __init__(self, storage: Storage | None):
        super().__init__("start over")
        self.storage = storage


class WatchedMemory:
    """The memory of one launch with its report, its undo log and the order of its programs.

    ``finder`` adds to ``regions`` those around addresses that no argument gave.

    ``programs`` is the number of programs of the launch. ``together``: several of them run at a
    time. ``poison`` is the byte that undefined lanes are made of.
    """

    finder: Finder = Finder()
    #: What some reads of unwritten bytes find instead.
    unwritten: Unwritten | None = None

    def __init__(
        self, regions: list[Region], programs: int, poison: int = 0, together: bool = True
    ):
        self.regions, self.poison = regions, poison
        self.storages = list({id(each.storage): each.storage for each in regions}.values())
        self.several, self.together = programs > 1, together and programs > 1
        self.report, self.journal, self.order = Report(), Journal(), Order(programs)
        self.phases = Phases(programs)

    def parts(
        self, pointer: Handle, mask: np.ndarray | None, kind: str
    ) -> Iterator[tuple[Region, np.ndarray | None]]:
        """Regions that a block of pointers leads to, and the mask of the lanes in each.

        Lanes whose address no process has memory at, such as null and undefined pointers, and those
        that lead to memory of no known tensor are reported as ``kind`` and left out.
        """
        if isinstance(pointer.origin, Region):
            yield pointer.origin, mask
            return
        left = (
            np.ones(pointer.data.shape, bool)
            if mask is None
            else mask & np.ones(pointer.data.shape, bool)
        )
        if isinstance(pointer.origin, OriginByProgram):
            for place in np.unique(pointer.origin.index[pointer.origin.index >= 0]):
                here = left & pointer.origin.mask(place, left.ndim)
                if here.any():
                    yield pointer.origin.regions[place], here
            left = left & pointer.origin.mask(-1, left.ndim)
        null = left & ((pointer.data < LEAST_ADDRESS) | (pointer.data >= MOST_ADDRESS))
        if null.any():
            lanes = lanes_of(pointer.data.view(np.int64), null, null.shape)
            self.violation(kind, NOWHERE, lanes)
            left = left & ~null
        if not left.any():
            return
        self._find(np.broadcast_to(pointer.data, left.shape)[left])
        for region in largest_first(self.regions):
            base = region.storage.base
            here = left & (pointer.data >= base + region.low) & (pointer.data < base + region.high)
            if here.any():
                yield region, here
                left = left & ~here
        if left.any() and self.finder.has_copies:
            raise unsupported("a loaded pointer to memory of a device")
        if left.any():
            # An address differs from run to run, so that the report does not show it.
            self.violation(kind, UNKNOWN, lanes_of(np.zeros((), np.int64), left, left.shape))

    def origin(self, pointer: np.ndarray) -> Region | OriginByProgram | None:
        """Where pointers lead to that were loaded or made of integers; None if that is unknown.

        Only of scalars, one a program: lanes of a block are looked up when they are used.
        """
        if pointer.ndim > 1:
            return None
        self._find(pointer)
        return origin_of(self.regions, pointer)

    def _find(self, addresses: np.ndarray) -> None:
        for region in self.finder.find(addresses):
            storage = region.storage
            if not any(storage is known for known in self.storages):
                self.storages.append(storage)

    def writeable(self, region: Region, lanes: Lanes, size: int) -> tuple[Lanes, np.ndarray | None]:
        """Report lanes outside the argument; return those that can be written.

        These lie inside the storage. The second result says which of ``lanes`` they are, None
        means all.
        """
        if not len(lanes.offset) or region.contains(
            int(lanes.offset.min()), int(lanes.offset.max()) + size
        ):
            return lanes, None
        valid = region.valid(lanes.offset, size)
        if valid.all():
            return lanes, None
        self.violation(OUT_OF_BOUNDS_WRITE, region, lanes.where(~valid))
        reachable = region.storage.reachable(lanes.offset, size)
        return lanes.where(reachable), reachable

    def check_initialised(self, region: Region, lanes: Lanes, size: int) -> int | None:
        """Report lanes that hold bytes nobody wrote.

        Returns the byte that they find instead, or None if it is what lies there.
        """
        storage = region.storage
        shadow = storage.shadow
        if shadow is None:
            return None
        missing = shadow.unwritten(lanes.offset, size)
        if not missing.any() or shadow.was_written_unseen(storage.bytes.data):
            return None
        found = self.violation(UNINITIALISED_READ, region, lanes.where(missing))
        chosen = self.unwritten is not None and self.unwritten.rule == found.rule
        return self.unwritten.poison if self.unwritten is not None and chosen else None

    def mark_written(self, storage: Storage, offset: np.ndarray, size: int) -> None:
        """Bytes at ``offset`` are initialised from now on."""
        shadow = storage.shadow
        if shadow is not None and not shadow.complete:
            shadow.scatter(offset, size, ALL_WRITTEN[size], self.journal)
            shadow.touched()
            self.journal.on_undo(shadow.touched)

    def note_sharing(self, storage: Storage, reads: bool) -> None:
        """Note a read or a write of ``storage``.

        Raises ``StartOver`` if it is now both read and written, and was not tracked.
        """
        storage.was_read |= reads
        storage.was_written |= not reads
        if storage.was_read and storage.was_written and not storage.tracked:
            self.track(storage)

    def track(self, storage: Storage) -> None:
        """Start the launch over with readers and lanes of ``storage`` tracked, if it still can."""
        if self.journal.can_start_over:
            raise StartOver(storage)

    def violation(self, kind: str, region: Region, lanes: Lanes, other: int = -1) -> Violation:
        """Report that ``lanes`` break the rule ``kind``, at the kernel's present line.

        ``other`` is the other program of a race; negative if there is none or it is unknown.
        """
        file, line = position()
        found = Violation(
            kind=kind,
            kernel=MACHINE.kernel,
            file=file,
            line=line,
            program=MACHINE.coordinates(int(lanes.programs[0])),
            other_program=MACHINE.coordinates(other) if other >= 0 else None,
            argument=region.name,
            offset=int(lanes.offset[0]) - region.start,
            count=len(lanes.offset) * lanes.repeats,
        )
        self.report.add(found)
        return found
