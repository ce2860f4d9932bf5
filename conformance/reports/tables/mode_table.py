"""Several ways of running engines as one table: a row for each, a column for each check."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from conformance.events.events import AllFinished, CheckFinished, Event, RunStarted
from conformance.events.identity import RunIdentity
from conformance.events.loading import LOAD
from conformance.events.verdict import Verdict
from conformance.reports.foreign import one_line

_WORDS = {
    Verdict.PASS: ("pass", "green"),
    Verdict.FAIL: ("FAIL", "bold red"),
    Verdict.WAIVED: ("waived", "yellow"),
    Verdict.UNSUPPORTED: ("-", "dim"),
    Verdict.NOT_RUN: ("?", "bold magenta"),
    Verdict.ERROR: ("ERROR", "bold magenta"),
}


class ModeTable:
    """Listens to the events of several runs, and prints the table when all are over.

    ``names`` maps operator, subject and options of a run to what its row is called.
    """

    def __init__(self, names: dict[tuple[str, ...], str], console: Console) -> None:
        self.console = console
        self._names = names
        self._rows: dict[str, RunIdentity] = {}
        self._verdicts: dict[str, dict[str, Verdict]] = {}

    def __call__(self, event: Event) -> None:
        match event:
            case RunStarted():
                self._rows[event.run.id] = event.run
                self._verdicts[event.run.id] = {}
            case CheckFinished():
                self._verdicts[event.run.id][event.check] = event.verdict
            case AllFinished():
                self._print()

    def _name(self, run: RunIdentity) -> str:
        key = (run.operator, run.subject or "", *run.options)
        return self._names.get(key, " ".join(key[1:]))

    def _print(self) -> None:
        asked = dict.fromkeys(c for verdicts in self._verdicts.values() for c in verdicts)
        # Where no subject could be loaded, that alone is what there is to tell.
        checks = [check for check in asked if check != LOAD] or [LOAD]
        for operator in dict.fromkeys(run.operator for run in self._rows.values()):
            grid = Table(title=one_line(operator), title_justify="left")
            grid.add_column("mode", no_wrap=True)
            for check in checks:
                grid.add_column(check.replace("_", " "))
            for number, run in self._rows.items():
                if run.operator == operator:
                    grid.add_row(one_line(self._name(run)), *self._words(number, checks))
            self.console.print(grid)
        self.console.print(Text("-: could not be asked here; the reasons stand above"))

    def _words(self, run: str, checks: list[str]) -> list[Text]:
        found = self._verdicts[run]
        loaded = found.get(LOAD, Verdict.NOT_RUN)
        if loaded is not Verdict.PASS:
            return [Text(*_WORDS[loaded]) for _ in checks]
        return [Text(*_WORDS[found[check]]) if check in found else Text("") for check in checks]
