"""A run on a terminal: a live line while it goes on, colours; plain lines anywhere else."""

import sys
from collections.abc import Mapping

from rich.console import Console
from rich.status import Status
from rich.text import Text

from conformance.events.events import (
    AllFinished,
    CaseStarted,
    CheckFinished,
    CheckStarted,
    Event,
    Ready,
    RunFinished,
    RunStarted,
)
from conformance.events.verdict import Verdict
from conformance.reports.failure import Origin, failure_lines, headline
from conformance.reports.foreign import indented, one_line
from conformance.reports.needs import needs_line

_COLOURS = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.WAIVED: "yellow",
    Verdict.UNSUPPORTED: "yellow",
    Verdict.NOT_RUN: "dim",
    Verdict.ERROR: "bold magenta",
}


class TerminalReport:
    """Listens to events and prints them.

    ``verbose`` shows in full what is waived and what an earlier check has shown already.
    """

    def __init__(self, console: Console | None = None, verbose: bool = False) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)
        # FORCE_COLOR colours a file; a line that moves makes no sense there.
        self._moves = self.console.is_terminal and (console is not None or sys.stdout.isatty())
        self._verbose = verbose
        self._status: Status | None = None
        self._origin = Origin("")
        self._versions: Mapping[str, str] = {}
        self._shown: dict[tuple[str, str], str] = {}

    def __call__(self, event: Event) -> None:
        match event:
            case RunStarted():
                self._origin = Origin.of(event.run)
                self._versions = event.versions
                self._shown.clear()
                self._print(f"{event.run.operator}: profile {event.profile}, seed {event.seed}")
            case Ready():
                self._ready(event)
            case CheckStarted():
                self._live(f"{event.check}: {event.question}")
            case CaseStarted():
                self._live(f"{event.check}: case {event.number}  {event.case}")
            case CheckFinished():
                self._finished(event)
            case RunFinished():
                self._summary(event)
            case AllFinished():
                self._all(event)

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
        for sentence in event.not_asked:
            self._print(f"not asked: {sentence}")

    def _print(self, text: str, style: str = "") -> None:
        self.console.print(Text(indented(text), style=style))

    def _live(self, text: str) -> None:
        if not self._moves:
            return
        line = Text(one_line(text), no_wrap=True, overflow="ellipsis")
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
        line = Text(headline(event))
        line.stylize(_COLOURS[event.verdict], 0, len(event.verdict))
        self.console.print(line)
        for needs in event.needs:
            self._print(f"  {needs_line(needs)}", "dim")
        brief = False
        for failure in event.failures:
            body = failure.case.rpartition("@")[2]
            if failure.waiver and not self._verbose:
                more = f" (seen in {failure.cases} cases)" if failure.cases > 1 else ""
                self._print(f"  waived by {failure.waiver}: {body}{more}", "dim")
                continue
            first = self._shown.setdefault((body, failure.finding.message), event.check)
            if first != event.check and body and not self._verbose:
                self._print(f"  the case that {first} fails in: {body}")
                continue
            for text in failure_lines(failure, self._origin, brief):
                self._print(f"  {text}")
            # Further ones differ in little.
            brief = not self._verbose

    def _summary(self, event: RunFinished) -> None:
        self._still()
        counts = ", ".join(f"{count} {verdict}" for verdict, count in event.counts.items())
        self._verdict(event, counts or "nothing ran")

    def _all(self, event: AllFinished) -> None:
        self._still()
        for operator, verdict in event.operators.items():
            line = Text(indented(f"{verdict:<11} {operator}"))
            line.stylize(_COLOURS[verdict], 0, len(verdict))
            self.console.print(line)
        count = len(event.operators)
        runs = "1 run" if count == 1 else f"{count} runs"
        self._verdict(event, f"{count} operators" if event.run.family else runs)

    def _verdict(self, event: RunFinished | AllFinished, what: str) -> None:
        words = {
            Verdict.PASS: "conformant",
            Verdict.WAIVED: "conformant, with waivers",
            Verdict.FAIL: "not conformant",
        }
        text = words.get(event.verdict, f"could not be decided ({event.verdict})")
        if not event.complete:
            text = "broken off; " + text
        self._print(f"{text}: {what} in {event.seconds:.1f} s", _COLOURS[event.verdict])
