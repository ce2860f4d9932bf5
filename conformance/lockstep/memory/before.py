"""Launches that may begin before the one before them has ended (``launch_pdl``).

NVIDIA calls it programmatic dependent launch. What the launch before writes is certainly there from
``gdc_wait`` on, says NVIDIA's CUDA C++ Programming Guide. In lockstep it has always been written;
so what it wrote is remembered, and a program that touches it before it waits is reported.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from conformance.lockstep.machine import MACHINE
from conformance.lockstep.memory.lanes import lanes_of
from conformance.lockstep.memory.regions import Region
from conformance.lockstep.memory.watched import WatchedMemory
from conformance.memory.journal import Journal


class LaunchBefore:
    """What a launch wrote, for the next one."""

    def __init__(self, writes: Sequence[tuple[np.ndarray, np.ndarray]]):
        """``writes``: the elements of a storage, and which of them were written."""
        self._writes = writes

    @staticmethod
    def of(journal: Journal) -> LaunchBefore | None:
        """What the launch wrote whose journal this is; None if that is not known any more."""
        return LaunchBefore(journal.changed()) if journal.can_start_over else None

    def bytes_at(self, base: int, size: int) -> np.ndarray | None:
        """For each of ``size`` bytes from ``base`` on whether it was written; None if none was."""
        found = None
        for elements, index in self._writes:
            start = elements.__array_interface__["data"][0]
            if base <= start < base + size:
                found = np.zeros(size, bool) if found is None else found
                first = start - base + index.reshape(-1) * elements.itemsize
                found[first[:, None] + np.arange(elements.itemsize)] = True
        return found


class BeforeWaiting(WatchedMemory):
    """Accesses to what the launch before wrote, by programs that have not waited for it."""

    _waited: np.ndarray | None = None
    """Which programs have waited; None before the first of them has."""

    def started(self, programs: np.ndarray) -> None:
        """``programs`` start, perhaps not for the first time."""
        if self._waited is not None:
            self._waited[programs] = False

    def wait(self) -> None:
        """The running programs wait until the launch before has ended."""
        if self._waited is None:
            self._waited = np.zeros(self.order.programs, bool)
        self._waited[MACHINE.programs] = True

    def touched_early(
        self, kind: str, region: Region, offset: np.ndarray, mask: np.ndarray | None, size: int
    ) -> None:
        """Report, as ``kind``, elements at ``offset`` of which a byte may not be written yet."""
        storage = region.storage
        assert storage.pending is not None
        if self._waited is not None and self._waited[MACHINE.programs].all():
            return
        shape = offset.shape if mask is None else np.broadcast_shapes(offset.shape, mask.shape)
        lanes = lanes_of(offset, mask, shape)
        if self._waited is not None:
            lanes = lanes.each_program()
        lanes = lanes.where(storage.reachable(lanes.offset, size))
        touched = storage.pending[lanes.offset[:, None] + np.arange(size)]
        early: np.ndarray = np.any(touched, axis=1)
        if self._waited is not None:
            early = early & ~self._waited[lanes.programs]
        if early.any():
            self.violation(kind, region, lanes.where(early))
