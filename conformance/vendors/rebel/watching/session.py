"""The session: while it is open, launches of emulated kernels are noted instead of judged."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

from conformance.memory.undefined import Undefined
from conformance.memory.violation import Violation
from conformance.vendors.rebel.watching.running import Launch

_free = threading.Lock()
_open: list[Session] = []


class Session:
    """What ``rebel_session()`` returns; see there."""

    def __init__(self, poison: float, undefined: Undefined | None):
        self.poison, self.undefined = poison, undefined
        self._launches: list[Launch] = []

    def __enter__(self) -> Session:
        if not _free.acquire(blocking=False):
            raise RuntimeError("a session of the emulation is already open; sessions do not nest")
        _open.append(self)
        return self

    def __exit__(self, *exception: Any) -> None:
        _open.remove(self)
        _free.release()

    def launched(self, launch: Launch) -> None:
        """Note a launch that has come to its end."""
        self._launches.append(launch)

    @property
    def violations(self) -> tuple[Violation, ...]:
        """Broken rules so far, launch by launch."""
        return tuple(v for launch in self._launches for v in launch.report.violations)

    @property
    def kernels(self) -> Counter[str]:
        """How often each kernel was launched so far, by its name."""
        return Counter(launch.kernel for launch in self._launches)

    @property
    def launch_count(self) -> int:
        """How many launches there were so far."""
        return len(self._launches)


def rebel_session(poison: float = 0.0, undefined: Undefined | None = None) -> Session:
    """A context in which launches are collected.

    ``poison`` fills the rows that a dynamic load must not deliver: 0, or NaN to see that nothing
    leaks. ``undefined`` knows which memory was never written; without it no read counts as one of
    such memory. Entering raises RuntimeError while another session is open.
    """
    return Session(poison, undefined)


def open_session() -> Session | None:
    """The session that is open, if one is."""
    return _open[-1] if _open else None
