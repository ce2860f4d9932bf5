"""Which programs are ordered by the atomics that they took part in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from conformance.lockstep.memory.storage import Storage


@dataclass
class Order:
    """When each program last took part in an atomic; ``clock`` counts memory instructions."""

    programs: int
    clock: int = 0
    last_atomic: np.ndarray | None = None

    def tick(self) -> None:
        """Another memory instruction."""
        self.clock += 1

    def synchronised(self, programs: np.ndarray) -> None:
        """``programs`` executed an atomic, in this order."""
        if self.last_atomic is None:
            self.last_atomic = np.zeros(self.programs, np.int64)
        self.last_atomic[programs] = self.clock * self.programs + programs

    def wrote(self, storage: Storage, programs: np.ndarray) -> None:
        """``programs`` stored to ``storage``."""
        if self.last_atomic is not None:
            if storage.last_write is None:
                storage.last_write = np.zeros(self.programs, np.int64)
            storage.last_write[programs] = self.clock * self.programs + programs

    def ordered(
        self, storage: Storage, program: np.ndarray, other: np.ndarray, by_write: bool
    ) -> np.ndarray:
        """Element-wise: whether atomics order an access by ``other`` before one by ``program``.

        ``other`` is ``SEVERAL - 1`` where several programs accessed the element. ``by_write``: the
        access by ``other`` was a store, so it must lie before the last atomic of ``other``.
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
        copies = [
            (each, None if each.last_write is None else each.last_write.copy()) for each in storages
        ]
        return self.clock, None if self.last_atomic is None else self.last_atomic.copy(), copies

    def restore(self, mark: tuple) -> None:
        """Return to an earlier state."""
        self.clock, self.last_atomic, copies = mark
        self.last_atomic = None if self.last_atomic is None else self.last_atomic.copy()
        for storage, last_write in copies:
            storage.last_write = last_write
