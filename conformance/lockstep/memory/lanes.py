"""The elements that an instruction touches: those that no mask excludes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from conformance.lockstep.machine import MACHINE


@dataclass
class Lanes:
    """Byte offsets in a storage, and the program that touches each: ``offset`` and ``programs``.

    If all programs of the chunk touch the same elements, only those of the first are listed, and
    ``repeats`` is the number of programs; else it is 1.
    """

    offset: np.ndarray
    programs: np.ndarray
    repeats: int = 1

    def where(self, chosen: np.ndarray) -> Lanes:
        """The lanes that ``chosen`` selects."""
        return Lanes(self.offset[chosen], self.programs[chosen], self.repeats)

    def each_program(self) -> Lanes:
        """The same, with lanes of every program listed."""
        if self.repeats == 1:
            return self
        return Lanes(
            np.tile(self.offset, self.repeats), np.repeat(MACHINE.programs, len(self.offset))
        )


def lanes_of(offset: np.ndarray, mask: np.ndarray | None, shape: tuple[int, ...]) -> Lanes:
    """The lanes of an instruction of ``shape`` (programs or 1, then the block) in program order."""
    programs = MACHINE.programs
    repeats = len(programs) // shape[0]
    ids = np.broadcast_to(programs[: shape[0]].reshape(-1, *[1] * (len(shape) - 1)), shape)
    full = offset if offset.shape == shape else np.broadcast_to(offset, shape)
    if mask is None:
        return Lanes(full.reshape(-1), ids.reshape(-1), repeats)
    return Lanes(chosen(full, mask), chosen(ids, mask), repeats)


def chosen(data: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The elements of ``data`` where ``mask`` holds, in order; ``mask`` may be broadcast."""
    if len(mask) == 1 and data.ndim == 2:  # all programs choose the same columns
        row = (
            mask[0] if mask.shape[1:] == data.shape[1:] else np.broadcast_to(mask[0], data[0].shape)
        )
        return data[:, row.nonzero()[0]].reshape(-1)
    return data[mask if mask.shape == data.shape else np.broadcast_to(mask, data.shape)]
