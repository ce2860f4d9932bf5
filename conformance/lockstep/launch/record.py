"""What is kept of a launch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Launch:
    """One kernel launch.

    ``kernel`` is the module and qualified name of its function; ``seconds`` is wall-clock time;
    ``splits`` counts chunks that diverged.
    """

    kernel: str
    grid: tuple[int, int, int]
    programs: int
    seconds: float
    chunks: int
    splits: int
