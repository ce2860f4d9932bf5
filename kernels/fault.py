"""A fault to plant: a wrong implementation that a run must find."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One wrong implementation of a small operator. What it refuses is what the right one does."""

    id: str
    wrong: str
    """What is wrong, in one sentence."""
    caught_by: str
    """Id of a check that must find it; others may."""
    function: Callable[..., Any]
