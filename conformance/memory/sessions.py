"""What sessions of all emulations have in common: one at a time, and what its launches did."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

from conformance.memory.violation import Violation

L = TypeVar("L")


class OneAtATime:
    """Held by the session that is open; ``what`` names it in the message to a second one."""

    def __init__(self, what: str):
        self._what, self._lock = what, threading.Lock()

    def take(self) -> None:
        """Raises RuntimeError while somebody else holds it."""
        if not self._lock.acquire(blocking=False):
            raise RuntimeError(f"{self._what} is already open; sessions do not nest")

    def give_back(self) -> None:
        """Let the next session open."""
        self._lock.release()

    @property
    def is_taken(self) -> bool:
        """Whether a session is open."""
        return self._lock.locked()


class WatchedLaunches(Generic[L]):
    """Launches in their order, and the rules of memory that they broke."""

    def __init__(self) -> None:
        self._launches: list[L] = []
        self._violations: list[Violation] = []

    def note(self, launch: L, violations: tuple[Violation, ...]) -> None:
        """Add a launch that has come to its end."""
        self._launches.append(launch)
        self._violations += violations

    def forget(self) -> None:
        """Forget the launches so far, and what they broke: for sessions that stay open."""
        self._launches.clear()
        self._violations.clear()

    @property
    def violations(self) -> tuple[Violation, ...]:
        """Broken memory rules so far, launch by launch."""
        return tuple(self._violations)

    @property
    def launches(self) -> tuple[L, ...]:
        """Launches so far."""
        return tuple(self._launches)

    @property
    def launch_count(self) -> int:
        """How many launches there were so far."""
        return len(self._launches)
