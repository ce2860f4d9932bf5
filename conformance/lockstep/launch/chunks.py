"""The programs of a launch in chunks; chunks whose programs cannot meet again are split."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any

import numpy as np

from conformance.lockstep.launch.history import KernelHistory
from conformance.lockstep.launch.host import Host
from conformance.lockstep.machine import MACHINE, Printed
from conformance.lockstep.memory.memory import Memory
from conformance.lockstep.memory.watched import StartOver
from conformance.lockstep.values.divergence import Divergence, groups
from conformance.lockstep.values.tensor import Tensor

#: Elements of the largest block of a chunk, programs included; more would fall out of the caches.
ELEMENTS = 1 << 17
FIRST_PROGRAMS = 32
MOST_PROGRAMS = 1 << 15


class Programs:
    """The programs of one launch, run chunk by chunk."""

    def __init__(
        self,
        body: Callable,
        values: dict[str, Any],
        programs: int,
        chunk: int | None,
        history: KernelHistory,
        host: Host,
    ):
        self.body, self.values, self.programs, self.host = body, values, programs, host
        self.chunk, self.history = chunk, history
        self.constants = tuple(
            repr(each) for each in values.values() if not isinstance(each, Tensor)
        )
        self.chunks = self.splits = 0
        self.in_turn = False
        self._prepare()

    def _prepare(self) -> None:
        together = not self.in_turn and self.chunk != 1
        self.memory = MACHINE.memory = Memory(
            self.host.regions, self.programs, self.host.poison, together
        )
        self.memory.finder, self.memory.unwritten = self.host, self.host.unwritten
        for region in self.host.regions:
            region.storage.forget()
        for region in self.host.regions:
            region.storage.tracked |= region.name in self.history.tracked
        self.memory.phases.watched = any(each.tracked for each in self.memory.storages)

    def run(self) -> None:
        """Run every program; start over if more must be watched than was known."""
        try:
            while not self._finished():
                self._prepare()
        except BaseException:
            self.printed.take(MACHINE.printed)  # of the chunk that came to no end
            raise
        finally:
            self.printed.show()

    def _finished(self) -> bool:
        """Run every program, unless the launch must start over; then it has left no trace."""
        try:
            self._from_start()
        except StartOver as found:
            self.memory.journal.undo_launch()
            self.in_turn |= found.storage is None
            self.splits = self.splits + MACHINE.parted if self.in_turn else 0
            for region in self.host.regions:
                if region.storage is found.storage:
                    self.history.tracked.add(region.name)
            return False
        return True

    def _from_start(self) -> None:
        self.chunks = position = 0
        self.printed = Printed()
        while position < self.programs:
            size = self._size()
            stop = min(position + size, self.programs)
            self._chunk(np.arange(position, stop))
            position = stop

    def _size(self) -> int:
        if self.in_turn:
            return 1
        if self.chunk is not None:
            return self.chunk
        largest = self.history.largest_block(self.constants)
        if largest is None:
            return FIRST_PROGRAMS
        return max(1, min(MOST_PROGRAMS, ELEMENTS // largest))

    def _chunk(self, programs: np.ndarray) -> None:
        work = [(int(programs[0]), programs)]
        while work:
            _, members = heapq.heappop(work)
            parts = self._run(members)
            self.splits += MACHINE.parted or len(parts) > 0
            for part in parts:
                heapq.heappush(work, (int(part[0]), part))

    def _run(self, members: np.ndarray) -> list[np.ndarray]:
        """Run programs together. Where that cannot be, nothing happens, and the parts come back."""
        memory = self.memory
        mark = memory.report.mark(), memory.order.mark()
        memory.phases.start(members)
        memory.started(members)
        MACHINE.programs, MACHINE.largest_block = members, 1
        MACHINE.printed = Printed(self.printed.room)
        MACHINE.may_part = len(members) > 1 and self.constants not in self.history.apart
        MACHINE.parted = False
        try:
            self.body(**self.values)
        except StartOver:
            self.splits += MACHINE.parted
            raise
        except Exception as error:
            if not (MACHINE.parted or isinstance(error, Divergence)):
                raise
            memory.journal.undo_chunk()
            memory.report.restore(mark[0])
            memory.order.restore(mark[1])
            if MACHINE.parted:
                # Whatever it is, programs that run one after the other tell it as it is.
                self.history.apart.add(self.constants)
                MACHINE.parted = False
                return self._run(members)
            assert isinstance(error, Divergence)
            return groups(members, error.values)
        self.chunks += 1
        memory.journal.commit()
        self.history.note_block(self.constants, MACHINE.largest_block)
        self.printed.take(MACHINE.printed)
        MACHINE.printed = Printed(self.printed.room)
        return []
