"""A run on a terminal: a live line while it goes on, colours; plain lines anywhere else."""

import sys
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.status import Status
from rich.text import Text

from conformance.events.case_id import case_id
from conformance.events.events import (
    AllFinished,
    CaseStarted,
    CheckFinished,
    CheckStarted,
    Compiling,
    Event,
    Failure,
    Ready,
    RunFinished,
    RunStarted,
)
from conformance.events.finding import Kind
from conformance.events.identity import NO_RUN
from conformance.events.verdict import Verdict
from conformance.reports.clusters import clusters_of
from conformance.reports.clusters.refused import refusals_text
from conformance.reports.clusters.units import finding_key
from conformance.reports.failure import Origin, failure_lines, headline
from conformance.reports.foreign import indented, one_line
from conformance.reports.needs import needs_line
from conformance.reports.text.cause import cause_lines
from conformance.reports.text.durations import Durations
from conformance.reports.text.fitting import cut, wrapped
from conformance.reports.text.progress import Progress
from conformance.reports.text.sentence import sentence

_COLOURS = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.WAIVED: "yellow",
    Verdict.UNSUPPORTED: "yellow",
    Verdict.NOT_RUN: "dim",
    Verdict.ERROR: "bold magenta",
}
_WARNING = "bold yellow"
_INDENT = " " * 4


class TerminalReport:
    """Listens to events and prints them: a line for each check and each new finding while the run
    goes on, its causes at the end, also of a run that is broken off.

    ``verbose`` shows every failure in full where it is found. ``recorded`` says that the short ids
    of cases replay them. ``wanted`` are the checks that are asked (empty: all), and ``durations``
    says how long they took before.
    """

    def __init__(
        self,
        console: Console | None = None,
        verbose: bool = False,
        recorded: bool = False,
        wanted: Sequence[str] = (),
        durations: Durations | None = None,
    ) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)
        # FORCE_COLOR colours a file; a line that moves makes no sense there.
        file = self.console.file
        own = file in (sys.stdout, sys.stderr)
        self._moves = self.console.is_terminal and (not own or file.isatty())
        self._verbose, self._recorded, self._wanted = verbose, recorded, wanted
        self._durations = durations or Durations(None)
        self._status: Status | None = None
        self._run, self._profile = NO_RUN, ""
        self._versions: Mapping[str, str] = {}
        self._checks: list[CheckFinished] = []
        """Those of the run that goes on."""
        self._warnings: list[CheckFinished] = []
        """Those of all runs."""
        self._told: set[object] = set()
        self._progress = Progress({})

    def __call__(self, event: Event) -> None:
        self._progress.hear(event)
        match event:
            case RunStarted():
                self._started(event)
            case Ready():
                self._ready(event)
            case CheckStarted():
                self._live(f"{event.check}: {event.question}")
            case Compiling():
                self._live(f"compiling {event.signatures} signatures of kernels ahead")
            case CaseStarted():
                self._live(f"{event.check}: case {event.number}  {event.case}")
            case CheckFinished():
                self._finished(event)
            case RunFinished():
                self._summary(event)
            case AllFinished():
                self._all(event)

    @property
    def _width(self) -> int | None:
        """Columns that lines fit into; None where there is no terminal."""
        return self.console.width if self._moves else None

    def _started(self, event: RunStarted) -> None:
        self._causes()  # of a run whose end nobody told
        self._run, self._profile = event.run, event.profile
        self._versions = event.versions
        self._told.clear()
        if not event.run.family:
            self._warnings.clear()
        self._progress = Progress(self._durations.of(event.run, event.profile), self._wanted)
        self._print(f"{event.run.operator}: profile {event.profile}, seed {event.seed}")

    def _ready(self, event: Ready) -> None:
        self._print(f"subject {event.subject} ({event.origin})")
        packages = ("torch", "triton", "python")
        found = ", ".join(f"{name} {self._versions.get(name, '?')}" for name in packages)
        self._print(f"on {event.mode}; {found}")
        if event.isolation:
            self._print(f"isolation: {event.isolation}")
        if event.stood_in:
            self._print(f"stood in for: {', '.join(event.stood_in)}")
        if event.within:
            self._print(f"asked within what it promises: {'; '.join(event.within)}")
        for remark in event.remarks:
            self._print(f"decides nothing: {remark}")
        for sentence_ in event.not_asked:
            self._print(f"not asked: {sentence_}")

    def _print(self, text: str, style: str = "") -> None:
        for line in indented(text).split("\n"):
            for part in wrapped(line, self._width, _INDENT):
                self._line(part, style)

    def _line(self, text: str, style: str = "") -> None:
        """A line as it is: nothing wraps what is to be copied."""
        self.console.print(Text(text, style=style))

    def _live(self, text: str) -> None:
        if not self._moves:
            return
        told = self._progress.text
        line = Text(one_line(f"{told} · {text}" if told else text), no_wrap=True)
        line.truncate(max(20, self.console.width - 2), overflow="ellipsis")
        if self._status is None:
            self._status = self.console.status(line)
            self._status.start()
        self._status.update(line)

    def _still(self) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None

    def _finished(self, event: CheckFinished) -> None:
        self._still()
        self._checks.append(event)
        self._warnings += [event] if event.is_warning else []
        style = _WARNING if event.is_warning else _COLOURS[event.verdict]
        first, *rest = headline(event).split("\n")
        first, *more = wrapped(first, self._width, _INDENT)
        line = Text(first)
        line.stylize(style, 0, len(event.verdict))
        self.console.print(line)
        for text in (*more, *rest):
            self._print(text)
        for needs in event.needs:
            self._print(f"  {needs_line(needs)}", "dim")
        for failure in event.failures:
            self._failed(event, failure)

    def _failed(self, event: CheckFinished, failure: Failure) -> None:
        """A failure where it is found: in full, or on a line if it is new."""
        if self._verbose:
            for text in failure_lines(failure, Origin.of(event.run)):
                self._line(f"  {text}")
            return
        body = failure.case.rpartition("@")[2]
        if failure.waiver:
            more = f" (seen in {failure.cases} cases)" if failure.cases > 1 else ""
            self._print(f"  waived by {failure.waiver}: {body}{more}", "dim")
            return
        if failure.finding.kind is Kind.LOAD:
            return  # the reason stands in the line above
        accepted = failure.finding.kind is Kind.ACCEPTED
        key = (event.check, Kind.ACCEPTED) if accepted else finding_key(event.check, failure)
        if key in self._told:
            return
        self._told.add(key)
        finding = failure.finding
        what = refusals_text(event) if accepted else f"{finding.about}: {finding.message}"
        line = f"  {one_line(what)}"
        if body and self._recorded:
            line += f"  [{case_id(event.run, failure.case)}]"
        elif body:
            line += f"  {one_line(body)}"
        self._line(cut(line, self._width))

    def _causes(self) -> None:
        """What failed, by its causes."""
        checks, self._checks = self._checks, []
        clusters = clusters_of(checks)
        for number, cluster in enumerate(clusters, 1):
            self._line("")
            first, *rest = cause_lines(
                cluster, number, len(clusters), self._run, self._recorded, self._width,
                self._verbose,
            )  # fmt: skip
            self._line(first, _WARNING if cluster.warning else "bold red")
            for line in rest:
                self._line(line)
        if clusters:
            self._line("")

    def _summary(self, event: RunFinished) -> None:
        self._still()
        checks = self._checks
        self._causes()
        if event.complete:
            self._durations.keep(event.run, self._profile, self._progress.seconds)
        counts = ", ".join(f"{count} {verdict}" for verdict, count in event.counts.items())
        self._verdict(event, counts or "nothing ran", checks)

    def _all(self, event: AllFinished) -> None:
        self._still()
        self._causes()
        for operator, verdict in event.operators.items():
            line = Text(indented(f"{verdict:<11} {operator}"))
            line.stylize(_COLOURS[verdict], 0, len(verdict))
            self.console.print(line)
        count = len(event.operators)
        runs = "1 run" if count == 1 else f"{count} runs"
        warnings, self._warnings = self._warnings, []
        self._verdict(event, f"{count} operators" if event.run.family else runs, warnings)

    def _verdict(
        self, event: RunFinished | AllFinished, what: str, checks: Sequence[CheckFinished]
    ) -> None:
        text = f"{sentence(event, checks)}: {what} in {event.seconds:.1f} s"
        self._print(text, _COLOURS[event.verdict])
