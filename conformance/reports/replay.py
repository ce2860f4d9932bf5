"""One case that is asked again, on a terminal."""

from rich.console import Console
from rich.text import Text

from conformance.events.events import CaseLooked, CheckFinished, Event, Ready
from conformance.events.loading import LOAD
from conformance.events.verdict import Verdict
from conformance.reports.failure import Origin, failure_lines, headline
from conformance.reports.foreign import indented


class ReplayReport:
    """Listens to events and prints what came of the case, or of loading if that is the end."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)
        self._looked: list[str] = []

    def __call__(self, event: Event) -> None:
        if isinstance(event, Ready):
            self._print(f"subject {event.subject} on {event.mode}")
        if isinstance(event, CaseLooked):
            self._looked += event.lines
        if not isinstance(event, CheckFinished):
            return
        if event.check == LOAD and event.verdict is Verdict.PASS:
            return
        self._print(headline(event))
        for failure in event.failures:
            for line in failure_lines(failure, Origin.of(event.run)):
                self._print(f"  {line}")
        for line in self._looked:
            self._print(f"  {line}")
        self._looked.clear()

    def _print(self, text: str) -> None:
        self.console.print(Text(indented(text)))
