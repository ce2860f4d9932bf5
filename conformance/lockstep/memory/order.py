"""Which programs are ordered by the atomics that they took part in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass
class Order:
    """When each program last took part in an atomic; ``clock`` counts memory instructions."""

    programs: int
    clock: int = 0
    last_atomic: np.ndarray | None = None

    def tick(self) -> None:
        """Another memory instruction."""
        self.clock += 1

    def times(self, programs: np.ndarray) -> np.ndarray:
        """When ``programs`` execute this instruction: they do so in this order."""
        return self.clock * self.programs + programs

    def synchronised(self, programs: np.ndarray) -> None:
        """``programs`` executed an atomic, in this order."""
        if self.last_atomic is None:
            self.last_atomic = np.zeros(self.programs, np.int64)
        self.last_atomic[programs] = self.times(programs)

    def ordered(
        self, program: np.ndarray, other: np.ndarray, written: np.ndarray | None
    ) -> np.ndarray:
        """Element-wise: whether atomics order an access by ``other`` before one by ``program``.

        ``other`` is negative where several programs accessed the element. ``written`` says when
        ``other`` stored it, 0 before any atomic: its last atomic must come later. None: the access
        was no store.
        """
        if self.last_atomic is None:
            return np.zeros(len(program), bool)
        mine = self.last_atomic[program]
        theirs = np.where(other >= 0, self.last_atomic[np.maximum(other, 0)], 1)
        ordered = (mine > 0) & (theirs > 0) & (theirs < mine)
        if written is not None:
            ordered &= (other < 0) | (written < theirs)
        return ordered

    def mark(self) -> tuple:
        """A state that ``restore`` returns to."""
        return self.clock, None if self.last_atomic is None else self.last_atomic.copy()

    def restore(self, mark: tuple) -> None:
        """Return to an earlier state."""
        self.clock, last_atomic = mark
        self.last_atomic = None if last_atomic is None else last_atomic.copy()
