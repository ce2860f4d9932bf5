"""The state of the one launch that is running."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

import numpy as np

from conformance.memory.unsupported import UnsupportedFeature as _UnsupportedFeature

#: Code objects of rewritten functions, and whether they belong to Triton's own library.
REWRITTEN: dict[CodeType, bool] = {}


class UnsupportedFeature(_UnsupportedFeature):
    """A kernel uses something that lockstep does not model."""

    who = "lockstep"


#: Lines of one launch that are shown; a kernel may print millions.
MOST_PRINTED = 256


@dataclass
class Printed:
    """What kernels print: the first lines, and how many more there were."""

    room: int = MOST_PRINTED
    lines: list[str] = field(default_factory=list)
    dropped: int = 0

    def add(self, line: str) -> None:
        """Keep a line if there is room for it."""
        if self.room > 0:
            self.room -= 1
            self.lines.append(line)
        else:
            self.dropped += 1

    def take(self, later: Printed) -> None:
        """Add what was printed behind this."""
        self.lines += later.lines
        self.room -= len(later.lines)
        self.dropped += later.dropped

    def show(self) -> None:
        """Print the lines, and a note of those that are left out; they are forgotten then."""
        for line in self.lines:
            print(line, flush=True)
        if self.dropped:
            print(
                f"… {self.dropped} further lines of this launch; the first {MOST_PRINTED} are shown"
            )
        self.lines, self.dropped = [], 0


@dataclass
class Machine:
    """Which programs run at present, in which grid, on which memory.

    ``programs`` holds the linear ids of the programs that run, in ascending order, the first grid
    axis changing slowest (the order of Triton's interpreter).

    ``may_part``: programs that disagree may run apart for a while and meet again, as
    ``conformance.lockstep.control`` has them do; ``parted``: some did in this chunk.
    """

    kernel: str = ""
    grid: tuple[int, int, int] = (1, 1, 1)
    programs: np.ndarray = field(default_factory=lambda: np.zeros(1, np.int64))
    memory: Any = None
    largest_block: int = 1
    printed: Printed = field(default_factory=Printed)
    debug: bool = False
    may_part: bool = False
    parted: bool = False

    def coordinates(self, program: int) -> tuple[int, int, int]:
        """(x, y, z) of a linear program id."""
        _, y, z = self.grid
        return program // (y * z), program // z % y, program % z

    def linear(self, x: int, y: int, z: int) -> int:
        """The linear id of the program at these coordinates."""
        _, height, depth = self.grid
        return (x * height + y) * depth + z

    def axis(self, axis: int) -> np.ndarray:
        """Ids of the chunk's programs along ``axis``; shape (1,) where all are equal."""
        _, y, z = self.grid
        divisor, modulus = ((y * z, self.grid[0]), (z, y), (1, z))[axis]
        if modulus == 1:
            return np.zeros(1, np.int32)
        ids = (self.programs // divisor % modulus).astype(np.int32)
        return ids[:1] if len(ids) > 1 and (ids == ids[0]).all() else ids


#: Launches never nest and sessions exclude each other, so one suffices.
MACHINE = Machine()


def position() -> tuple[str, int]:
    """File and line of the innermost running frame of a user's kernel source."""
    frame: FrameType | None = sys._getframe(1)
    fallback = ("<unknown>", 0)
    while frame is not None:
        library = REWRITTEN.get(frame.f_code)
        if library is False:
            return frame.f_code.co_filename, frame.f_lineno
        if library:
            fallback = frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return fallback


def unsupported(feature: str) -> UnsupportedFeature:
    """The error to raise for ``feature``, with kernel and line filled in."""
    file, line = position()
    return UnsupportedFeature(feature, MACHINE.kernel or None, file, line)
