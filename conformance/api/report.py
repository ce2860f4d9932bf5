"""What a run found, as Python has it."""

from dataclasses import dataclass

from conformance.events.events import CheckFinished, Event, Ready, RunFinished
from conformance.events.log import Log
from conformance.events.verdict import Verdict


@dataclass(frozen=True)
class Report:
    """What a run found."""

    verdict: Verdict
    checks: tuple[CheckFinished, ...]
    ready: Ready | None
    seed: int
    events: tuple[Event, ...]

    def __getitem__(self, check: str) -> CheckFinished:
        """The result of one check, by id."""
        for event in self.checks:
            if event.check == check:
                return event
        raise KeyError(f"{check} did not run; these did: {[e.check for e in self.checks]}")

    @property
    def troubles(self) -> tuple[str, ...]:
        """What went wrong beside the subject, such as a store that cannot be read: a line each."""
        return self._end.troubles

    @property
    def warned(self) -> tuple[str, ...]:
        """Ids of the checks that fail with the severity ``warn``."""
        return self._end.warned

    @property
    def conformant(self) -> bool:
        """Whether everything that decides passed, or failed under a waiver."""
        return self.verdict in (Verdict.PASS, Verdict.WAIVED)

    @property
    def _end(self) -> RunFinished:
        return next(event for event in self.events if isinstance(event, RunFinished))


def report(log: Log, seed: int) -> Report:
    """The events of a finished run as a report."""
    end = next(event for event in log.events if isinstance(event, RunFinished))
    ready = next((event for event in log.events if isinstance(event, Ready)), None)
    finished = tuple(event for event in log.events if isinstance(event, CheckFinished))
    return Report(end.verdict, finished, ready, seed, tuple(log.events))
