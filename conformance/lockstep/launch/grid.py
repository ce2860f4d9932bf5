"""Grids of launches."""

from __future__ import annotations

from operator import index
from typing import Any


def grid_of(grid: Any, bound: dict[str, Any]) -> tuple[int, int, int]:
    """The grid as (x, y, z). ``bound`` is what a callable grid is called with.

    Raises ``TypeError`` if it is not a tuple or list of integers, as compiled kernels do, and
    ``ValueError`` if these are not one to three numbers from 0.
    """
    grid = grid(bound) if callable(grid) else grid
    if not isinstance(grid, tuple | list):
        raise TypeError(f"a grid is a tuple of one to three integers, not {grid!r}")
    try:
        extents = tuple(index(extent) for extent in grid)
    except TypeError:
        raise TypeError(f"a grid is a tuple of one to three integers, not {grid!r}") from None
    if not 1 <= len(extents) <= 3 or min(extents) < 0:
        raise ValueError(f"a grid has one to three non-negative extents, not {grid!r}")
    x, y, z = (*extents, 1, 1)[:3]
    return x, y, z
