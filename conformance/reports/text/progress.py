"""How far a run is: checks done of all, cases, and the time that is left where it is known."""

from collections.abc import Callable, Mapping, Sequence
from time import monotonic

from conformance.events.events import CaseStarted, CheckFinished, CheckStarted, Event, Ready
from conformance.events.loading import LOAD

_SOON = 1.5
"""Seconds below which no number is told."""


class Progress:
    """Listens to one run. ``known`` are the seconds that its checks took the last time.

    ``wanted`` are the checks that are asked; empty for all that the subject is ready for.
    """

    def __init__(
        self,
        known: Mapping[str, float],
        wanted: Sequence[str] = (),
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._known = known
        self._wanted = wanted
        self._clock = clock
        self._waiting: list[str] = []
        self._total = 0
        self._check, self._begin = "", clock()
        self.seconds: dict[str, float] = {}
        """What the checks took this time."""
        self.cases = 0
        """Cases that were asked, of all checks."""

    def hear(self, event: Event) -> None:
        """Take over an event of the run."""
        match event:
            case Ready():
                self._waiting = [c for c in event.checks if not self._wanted or c in self._wanted]
                self._total = len(self._waiting)
            case CheckStarted():
                self._check, self._begin = event.check, self._clock()
            case CaseStarted():
                self.cases += 1
            case CheckFinished():
                self.seconds[event.check] = event.seconds
                self._check = ""
                if event.check in self._waiting:
                    self._waiting.remove(event.check)

    @property
    def left(self) -> float | None:
        """Seconds to the end; None where a check that waits was not asked before."""
        if not self._total or any(check not in self._known for check in self._waiting):
            return None
        spent = self._clock() - self._begin if self._check in self._waiting else 0.0
        own = self._known.get(self._check, 0.0) if self._check in self._waiting else 0.0
        others = sum(self._known[check] for check in self._waiting if check != self._check)
        return max(0.0, own - spent) + others

    @property
    def text(self) -> str:
        """``3 of 18 checks, 120 cases, about 14 s left``; what is not known is left out."""
        words = []
        if self._total and self._check != LOAD:
            words.append(f"{self._total - len(self._waiting)} of {self._total} checks")
        if self.cases:
            words.append(f"{self.cases} case{'s' if self.cases != 1 else ''}")
        if (left := self.left) is not None:
            words.append(left_text(left))
        return ", ".join(words)


def left_text(seconds: float) -> str:
    """``about 14 s left``, ``about 3 min left``."""
    if seconds < _SOON:
        return "nearly done"
    if seconds < 90:
        return f"about {round(seconds)} s left"
    return f"about {round(seconds / 60)} min left"
