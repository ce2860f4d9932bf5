"""Timers: from calls to something that takes samples."""

from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Sequence
from math import ceil
from time import perf_counter
from typing import Any, Protocol

from conformance.measuring.request import WALL
from conformance.measuring.rounds import Sampler

Call = Callable[[], Any]

SAMPLE_MICROSECONDS = 400.0
"""How long a sample takes at least, so that what begins and ends it does not count."""
MOST_CALLS = 512
"""Calls of a sample at most."""


class Timer(Protocol):
    """A way to measure. ``name`` is one of :data:`conformance.measuring.request.TIMERS`."""

    name: str

    @abstractmethod
    def sampler(self, calls: Sequence[Call]) -> Sampler:
        """Takes samples in microseconds a call; each makes all calls equally often, in turn.

        Raises what the calls raise.
        """


def repeats(microseconds: float, calls: int) -> int:
    """How often all ``calls`` are made in a sample, where one takes ``microseconds``."""
    wanted = ceil(SAMPLE_MICROSECONDS / max(microseconds * calls, 1e-3))
    return max(1, min(wanted, MOST_CALLS // calls))


def keep_results(calls: Sequence[Call], repeat: int) -> None:
    """Make all calls ``repeat`` times. Results of the other calls stay alive meanwhile.

    So the next call writes elsewhere than into memory that has just become free.
    """
    kept: deque[Any] = deque(maxlen=len(calls))
    for _ in range(repeat):
        for call in calls:
            kept.append(call())


class WallTimer:
    """Calls one by one, on the clock of the CPU. ``settle`` waits until all calls are done."""

    name = WALL

    def __init__(
        self, settle: Callable[[], Any] = lambda: None, clock: Callable[[], float] = perf_counter
    ) -> None:
        self._settle, self._clock = settle, clock

    def sampler(self, calls: Sequence[Call]) -> Sampler:
        keep_results(calls, 1)
        repeat = repeats(self._sample(calls, 1), len(calls))
        return lambda: self._sample(calls, repeat)

    def _sample(self, calls: Sequence[Call], repeat: int) -> float:
        self._settle()
        begin = self._clock()
        keep_results(calls, repeat)
        self._settle()
        return (self._clock() - begin) * 1e6 / (repeat * len(calls))
