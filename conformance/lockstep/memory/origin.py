"""Which memory a pointer leads to that was no argument: one loaded, or made of an integer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from conformance.lockstep.memory.regions import Region


class Finder:
    """Finds memory that a launch was not given."""

    @property
    def has_copies(self) -> bool:
        """Whether some memory was copied from a device, so that addresses say nothing."""
        return False

    def find(self, addresses: np.ndarray) -> list[Region]:
        """Regions around ``addresses`` that were not known yet; the launch's regions get them."""
        return []


@dataclass(eq=False)
class OriginByProgram:
    """The region that the pointer of each program leads to: ``regions[index[program]]``.

    ``index`` has one element for each program of the chunk, negative where no region is known.
    """

    regions: list[Region]
    index: np.ndarray

    def mask(self, place: int, rank: int) -> np.ndarray:
        """Whether a program's pointer leads to region ``place``; ``rank`` axes, programs first."""
        return (self.index == place).reshape(-1, *[1] * (rank - 1))


def largest_first(regions: list[Region]) -> list[Region]:
    """Views may overlap; an address counts for the largest."""
    return sorted(regions, key=lambda region: region.low - region.high)


def origin_of(regions: list[Region], addresses: np.ndarray) -> Region | OriginByProgram | None:
    """Where pointers lead to, one a program; None if no region is known.

    A pointer belongs to what it pointed to when it was made. What is reached through it later, by
    adding offsets, is checked against that.
    """
    index = np.full(len(addresses), -1)
    candidates = largest_first(regions)
    for place, region in reversed(list(enumerate(candidates))):
        start = region.storage.base
        index[(addresses >= start + region.low) & (addresses < start + region.high)] = place
    if (index == index[0]).all():
        return None if index[0] < 0 else candidates[int(index[0])]
    return OriginByProgram(candidates, index)
