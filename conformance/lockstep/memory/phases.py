"""How far each program has come: which of its accesses a barrier separates."""

from __future__ import annotations

import numpy as np

from conformance.lockstep.machine import MACHINE
from conformance.lockstep.memory.lanes import Lanes

#: A lane's key: its phase, the number of its block's shape, its place in the block from 1 on.
_SHAPE, _PHASE = 32, 44
#: The part of a key that names a lane.
LANE = (1 << _PHASE) - 1
#: The part of a key that names a place; 0 stands for several lanes.
PLACE = (1 << _SHAPE) - 1


class Phases:
    """Counts barriers of each program of a launch, and what makes its threads wait for each other.

    A barrier orders all that the threads of a program do. A reduction, a scan, a sort or a product
    of matrices hands values from thread to thread: whoever has the result has waited for every
    thread to read its part. So these order reads before later writes.

    ``watched``: some storage is tracked. Otherwise nobody asks, and nothing is counted.
    """

    def __init__(self, programs: int):
        self.watched = False
        self.barriers, self.exchanges = np.zeros(programs, np.int64), np.zeros(programs, np.int64)
        self._shapes: dict[tuple[int, ...], int] = {}

    def barrier(self) -> None:
        """The running programs have passed a barrier."""
        if self.watched:
            self.barriers[MACHINE.programs] += 1
            self.exchanges[MACHINE.programs] += 1

    def exchange(self) -> None:
        """The threads of each running program have exchanged values."""
        if self.watched:
            self.exchanges[MACHINE.programs] += 1

    def start(self, programs: np.ndarray) -> None:
        """``programs`` start, perhaps not for the first time."""
        if self.watched:
            self.barriers[programs] = self.exchanges[programs] = 0

    def lane_keys(self, lanes: Lanes) -> np.ndarray:
        """The lanes' keys without their phase."""
        shape = self._shapes.setdefault(lanes.block, len(self._shapes))
        assert lanes.place is not None
        return lanes.place + (1 + (shape << _SHAPE))

    @staticmethod
    def phase_keys(counts: np.ndarray, lanes: Lanes) -> np.ndarray:
        """The part of the lanes' keys that is their phase by ``counts``."""
        return counts[lanes.programs] << _PHASE
