"""The elements that an instruction touches: those that no mask excludes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from conformance.lockstep.machine import MACHINE


@dataclass
class Lanes:
    """Byte offsets in a storage, and the program that touches each: ``offset`` and ``programs``.

    If all programs of the chunk touch the same elements, only those of the first are listed, and
    ``repeats`` is the number of programs; else it is 1. ``place`` is the index of each lane in its
    flattened block, of shape ``block`` without axes of length 1; it is None where nobody asks.
    """

    offset: np.ndarray
    programs: np.ndarray
    repeats: int = 1
    place: np.ndarray | None = None
    block: tuple[int, ...] = ()

    def where(self, chosen: np.ndarray) -> Lanes:
        """The lanes that ``chosen`` selects."""
        place = None if self.place is None else self.place[chosen]
        return Lanes(self.offset[chosen], self.programs[chosen], self.repeats, place, self.block)

    def each_program(self) -> Lanes:
        """The same, with lanes of every program listed."""
        if self.repeats == 1:
            return self
        place = None if self.place is None else np.tile(self.place, self.repeats)
        programs = np.repeat(MACHINE.programs, len(self.offset))
        return Lanes(np.tile(self.offset, self.repeats), programs, 1, place, self.block)


def lanes_of(
    offset: np.ndarray, mask: np.ndarray | None, shape: tuple[int, ...], placed: bool = False
) -> Lanes:
    """The lanes of an instruction of ``shape`` (programs or 1, then the block) in program order.

    ``placed``: their places in the block are wanted.
    """
    programs = MACHINE.programs
    repeats = len(programs) // shape[0]
    ids = np.broadcast_to(programs[: shape[0]].reshape(-1, *[1] * (len(shape) - 1)), shape)
    full = offset if offset.shape == shape else np.broadcast_to(offset, shape)
    place: np.ndarray | None = None
    block: tuple[int, ...] = ()
    if placed:
        block = tuple(length for length in shape[1:] if length != 1)
        place = np.arange(int(np.prod(shape[1:]))).reshape(1, *shape[1:])
        place = np.broadcast_to(place, shape)
    if mask is None:
        flat = None if place is None else place.reshape(-1)
        return Lanes(full.reshape(-1), ids.reshape(-1), repeats, flat, block)
    flat = None if place is None else chosen(place, mask)
    return Lanes(chosen(full, mask), chosen(ids, mask), repeats, flat, block)


def chosen(data: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The elements of ``data`` where ``mask`` holds, in order; ``mask`` may be broadcast."""
    if len(mask) == 1 and data.ndim == 2:  # all programs choose the same columns
        row = (
            mask[0] if mask.shape[1:] == data.shape[1:] else np.broadcast_to(mask[0], data[0].shape)
        )
        return data[:, row.nonzero()[0]].reshape(-1)
    return data[mask if mask.shape == data.shape else np.broadcast_to(mask, data.shape)]
