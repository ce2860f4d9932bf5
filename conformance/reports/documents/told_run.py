"""A run as documents tell it: what was judged, what came of it, and the causes of what failed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from conformance.events.events import (
    AllFinished,
    CheckFinished,
    Event,
    Ready,
    RunFinished,
    RunStarted,
)
from conformance.events.identity import RunIdentity
from conformance.events.loading import LOAD
from conformance.events.verdict import Verdict, overall
from conformance.reports.clusters import Cluster, clusters_of
from conformance.reports.merge import by_run
from conformance.reports.text.sentence import sentence


@dataclass(frozen=True)
class ToldRun:
    """One run, as far as its events go."""

    run: RunIdentity
    start: RunStarted | None
    ready: Ready | None
    checks: tuple[CheckFinished, ...]
    end: RunFinished
    clusters: tuple[Cluster, ...]
    ended: bool
    """Whether the end was told; else it is what is known so far, and not complete."""

    @property
    def subject(self) -> str:
        """What was judged, as it turned out to be, or as it was asked for."""
        return self.ready.subject if self.ready else self.run.subject or "its own"

    @property
    def mode(self) -> str:
        """Where it ran."""
        return self.ready.mode if self.ready else self.run.device

    @property
    def sentence(self) -> str:
        """What it comes to."""
        return sentence(self.end, self.checks)

    @property
    def counts(self) -> str:
        """``11 PASS, 1 FAIL``."""
        return ", ".join(f"{n} {verdict}" for verdict, n in self.end.counts.items()) or "nothing"

    @property
    def undecided(self) -> list[CheckFinished]:
        """Checks in which the suite itself went wrong."""
        return [event for event in self.checks if event.verdict is Verdict.ERROR]


def told_runs(events: Sequence[Event]) -> list[ToldRun]:
    """The runs of a log in order; ends of families and of merged logs are none."""
    return [
        _told(own)
        for own in by_run(events).values()
        if not all(isinstance(event, AllFinished) for event in own)
    ]


def _told(events: Sequence[Event]) -> ToldRun:
    checks = tuple(event for event in events if isinstance(event, CheckFinished))
    end = next((event for event in events if isinstance(event, RunFinished)), None)
    return ToldRun(
        events[0].run,
        next((event for event in events if isinstance(event, RunStarted)), None),
        next((event for event in events if isinstance(event, Ready)), None),
        checks,
        end or _so_far(checks),
        clusters_of(checks),
        end is not None,
    )


def _so_far(checks: Sequence[CheckFinished]) -> RunFinished:
    counts: dict[str, int] = {}
    for event in checks:
        if event.check != LOAD or event.verdict is not Verdict.PASS:
            counts[str(event.verdict)] = counts.get(str(event.verdict), 0) + 1
    verdict = overall([v for event in checks if (v := event.decides)])
    if verdict in (Verdict.PASS, Verdict.WAIVED):
        verdict = Verdict.NOT_RUN
    return RunFinished(verdict, counts, sum(event.seconds for event in checks), complete=False)


def whole(events: Sequence[Event]) -> AllFinished | None:
    """The end of several runs, if there is one."""
    ends = [event for event in events if isinstance(event, AllFinished)]
    return ends[-1] if ends else None


def overall_of(runs: Iterable[ToldRun], end: AllFinished | None) -> Verdict:
    """What all runs come to."""
    return end.verdict if end else overall([each.end.verdict for each in runs])
