"""What the page tells, as the template takes it."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from conformance.events.case_id import case_id
from conformance.events.events import AllFinished, CheckFinished, LeftOut
from conformance.events.verdict import Verdict
from conformance.reports.clusters import Cluster
from conformance.reports.documents.places import Place, place_of
from conformance.reports.documents.told_run import ToldRun
from conformance.reports.failure import Origin, failure_lines
from conformance.reports.pages.plots.coverage import coverage_plot
from conformance.reports.pages.plots.measured import Measured, measured
from conformance.reports.pages.plots.scatter import budget_plot, time_plot
from conformance.reports.text.cause import seen_text

MOST_PLOTTED = 12
"""Runs of which plots are drawn: those that fail first."""
MOST_IN_FULL = 3
"""Failures of a check that are told in full."""


@dataclass(frozen=True)
class CauseView:
    """A cause with its report as words and texts."""

    told: ToldRun
    cluster: Cluster
    seen: str
    place: Place | None
    id: str
    rows: list[tuple[str, str]]
    runs: list[str]
    """All runs in which the same fails."""
    operators: int
    """How many operators these runs ask."""

    @classmethod
    def of(cls, told: ToldRun, cluster: Cluster, runs: Sequence[ToldRun]) -> "CauseView":
        lines = failure_lines(cluster.failure, Origin.of(told.run), seen=False)
        return cls(
            told,
            cluster,
            seen_text(cluster),
            place_of(cluster, told),
            case_id(told.run, cluster.failure.case),
            words_of(lines),
            _names(runs),
            len({each.run.operator for each in runs}),
        )


def causes_of(runs: Sequence[ToldRun]) -> list[CauseView]:
    """The causes of all runs, those first that most checks see.

    The same one of an operator in several runs, such as its releases, is told once, and so is one
    that shows under the same condition in several operators of a family.
    """
    Found = list[tuple[ToldRun, Cluster]]
    same: dict[tuple[str, ...], Found] = {}
    for told in runs:
        for cluster in told.clusters:
            key: tuple[str, ...] = (told.run.operator, *map(str, cluster.finding.identity))
            # Two causes of one run stay two.
            while any(other is told for other, _ in same.get(key, ())):
                key = (*key, "another")
            same.setdefault(key, []).append((told, cluster))
    alike: dict[tuple[str, ...], Found] = {}
    for key, found in same.items():
        alike.setdefault((*key[1:], found[0][1].condition), []).extend(found)
    views = [CauseView.of(*found[0], [told for told, _ in found]) for found in alike.values()]
    return sorted(
        views, key=lambda v: (v.cluster.warning, -len(v.cluster.checks), -v.cluster.cases)
    )


def _names(runs: Sequence[ToldRun]) -> list[str]:
    """Runs by what tells them apart: their operators, their subjects, or both."""
    operators = len({told.run.operator for told in runs}) > 1
    subjects = len({told.subject for told in runs}) > 1
    if operators and subjects:
        return [f"{told.run.operator} {told.subject}" for told in runs]
    return [told.run.operator if operators else told.subject for told in runs]


@dataclass(frozen=True)
class CheckView:
    """A check of a run, with its failures."""

    told: ToldRun
    event: CheckFinished
    failures: list[list[tuple[str, str]]]
    further: list[str]
    left_out: list[tuple[str, int]]

    @property
    def word(self) -> str:
        """The verdict; a failure that decides nothing is a warning."""
        return "WARNING" if self.event.is_warning else str(self.event.verdict)

    @classmethod
    def of(cls, told: ToldRun, event: CheckFinished) -> "CheckView":
        origin = Origin.of(told.run)
        return cls(
            told,
            event,
            [words_of(failure_lines(f, origin)) for f in event.failures[:MOST_IN_FULL]],
            [
                f"{failure.finding.about}: {failure.finding.message}  {failure.case}"
                for failure in event.failures[MOST_IN_FULL:]
            ],
            [(str(LeftOut(why)), len(lines)) for why, lines in event.left_out.items() if lines],
        )


@dataclass(frozen=True)
class Closest:
    """The case in which an output comes nearest to the end of its budget, or goes farthest beyond
    it."""

    output: str
    share: float
    line: str

    @property
    def text(self) -> str:
        if self.share >= 10:
            return f"uses {self.share:.3g} times its budget"
        return f"uses at most {self.share:.1%} of its budget"


@dataclass(frozen=True)
class PlotView:
    """The plots of a run."""

    told: ToldRun
    budget: Markup | None
    time: Markup | None
    coverage: Markup | None
    closest: list[Closest]
    slowest: Measured | None


def plots_of(runs: Sequence[ToldRun]) -> list[PlotView]:
    """The plots of the runs that have something to show, those that fail first."""
    order = sorted(runs, key=lambda told: told.end.verdict is not Verdict.FAIL)
    views = []
    for number, told in enumerate(order):
        cases = measured(told.checks)
        if not cases:
            continue
        name = f"plot{number}"
        best: dict[str, Closest] = {}
        for case in cases:
            for output, share in case.shares:
                if output not in best or share > best[output].share:
                    best[output] = Closest(output, share, case.line)
        timed = [case for case in cases if case.seconds is not None]
        slowest = max(timed, key=lambda case: case.seconds or 0.0, default=None)
        plots = budget_plot(cases, name), time_plot(cases, name), coverage_plot(cases, name)
        views.append(PlotView(told, *plots, list(best.values()), slowest))
        if len(views) == MOST_PLOTTED:
            break
    return views


def words_of(lines: Sequence[str]) -> list[tuple[str, str]]:
    """Lines of a report as words with their texts; a line without a word goes on."""
    rows: list[tuple[str, str]] = []
    for line in lines:
        if line[:1].isspace() and rows:
            word, text = rows[-1]
            rows[-1] = (word, f"{text}\n{line.strip()}")
        else:
            word, _, text = line.partition(" ")
            rows.append((word, text.strip()))
    return rows


def matrix_of(runs: Sequence[ToldRun]) -> tuple[list[str], list[tuple[ToldRun, list[str]]]]:
    """The checks of all runs, and for each run their verdicts; empty where one was not asked."""
    checks = list(dict.fromkeys(event.check for told in runs for event in told.checks))
    rows = []
    for told in runs:
        words = {e.check: "WARNING" if e.is_warning else str(e.verdict) for e in told.checks}
        rows.append((told, [words.get(check, "") for check in checks]))
    return checks, rows


def seconds_of(runs: Sequence[ToldRun], end: AllFinished | None) -> float:
    """How long it took altogether."""
    return end.seconds if end else sum(told.end.seconds for told in runs)
