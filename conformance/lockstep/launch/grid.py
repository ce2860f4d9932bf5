"""Grids of launches."""

from __future__ import annotations

from typing import Any


def grid_of(grid: Any, bound: dict[str, Any]) -> tuple[int, int, int]:
    """The grid as (x, y, z). ``bound`` is what a callable grid is called with.

    Raises ``ValueError`` if it is not one to three non-negative integers.
    """
    grid = grid(bound) if callable(grid) else grid
    grid = (grid,) if isinstance(grid, int) else tuple(grid)
    if not 1 <= len(grid) <= 3 or any(int(extent) < 0 for extent in grid):
        raise ValueError(f"a grid has one to three non-negative extents, not {grid}")
    x, y, z = (*(int(extent) for extent in grid), 1, 1)[:3]
    return x, y, z
