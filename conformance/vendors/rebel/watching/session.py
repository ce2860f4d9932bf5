"""The session: while it is open, rules that emulated kernels break are collected, not raised."""

from __future__ import annotations

from collections import Counter
from typing import Any

from conformance.memory.sessions import OneAtATime, WatchedLaunches
from conformance.memory.undefined import Undefined
from conformance.vendors.rebel.watching.running import RunningKernel

_free = OneAtATime("a session of the emulation")
_open: list[RebelSession] = []


class RebelSession(WatchedLaunches[RunningKernel]):
    """What ``rebel_session()`` returns; see there."""

    def __init__(self, rest: float, undefined: Undefined | None, runs: bool):
        super().__init__()
        self.rest, self.undefined, self.runs = rest, undefined, runs

    def __enter__(self) -> RebelSession:
        _free.take()
        _open.append(self)
        return self

    def __exit__(self, *exception: Any) -> None:
        _open.remove(self)
        _free.give_back()

    @property
    def kernels(self) -> Counter[str]:
        """How often each kernel was launched so far, by its name."""
        return Counter(launch.name for launch in self.launches)


def rebel_session(
    rest: float = 0.0, undefined: Undefined | None = None, runs: bool = True
) -> RebelSession:
    """A context in which launches are collected.

    ``rest`` fills the rows that a dynamic load must not deliver: 0, or NaN to see that nothing
    leaks. ``undefined`` knows which memory was never written; without it no read counts as one of
    such memory. Without ``runs`` kernels are not run: the vendor's compiler only builds them where
    they are called eagerly. Entering raises RuntimeError while another session is open.
    """
    return RebelSession(rest, undefined, runs)


def open_session() -> RebelSession | None:
    """The session that is open, if one is."""
    return _open[-1] if _open else None
