"""How long fetching may take: the shortest of the limits that are set around it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

FETCH_SECONDS = 300.0
"""Seconds that it takes at most to fetch a release, all attempts and waiting counted."""

SHARE = 0.8
"""Share of the time for loading that fetching may take: its limit is told, the other one kills."""

_end: ContextVar[float | None] = ContextVar("_end", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """What is fetched in this block must be there after ``seconds``, or earlier if that is set."""
    end, outer = monotonic() + seconds, _end.get()
    token = _end.set(end if outer is None else min(end, outer))
    try:
        yield
    finally:
        _end.reset(token)


def remaining() -> float:
    """Seconds that are left, never below 0; :data:`FETCH_SECONDS` where no limit is set."""
    end = _end.get()
    return FETCH_SECONDS if end is None else max(0.0, end - monotonic())
