"""A fault to plant: a wrong implementation that a run must find."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One wrong implementation of a small operator.

    ``wrong`` says what is wrong, in one sentence; ``function`` is otherwise right, and refuses what
    the right one refuses.
    """

    id: str
    wrong: str
    function: Callable[..., Any]
