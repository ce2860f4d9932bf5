"""Where the reports of a command go: files, standard output, and what GitHub shows."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from rich.console import Console

from conformance.cli.outcome import check_files, complain
from conformance.events.events import CaseStarted, Compiling, Event
from conformance.reports.documents.formats import Format, render
from conformance.reports.files import ENDS, EVERY_MOMENT, FileReport, is_end
from conformance.reports.json_log import GrowingLog
from conformance.runs.listeners import Listener


@dataclass(frozen=True)
class Wanted:
    """A document: its format, and its file (None: standard output)."""

    format: Format
    path: Path | None = None
    option: str = "--format"
    """What named it."""


class Documents:
    """What is written of a run beside the text.

    A document without a file is all that standard output gets, and the text goes to standard error.
    Workflow commands for GitHub are printed below the text, which has to stay readable. Raises
    ``ValueError`` for one file twice and for two documents on standard output.
    """

    def __init__(self, options: argparse.Namespace) -> None:
        wanted: list[Wanted] = list(getattr(options, "format", None) or ())
        for name in (Format.JSON, Format.JUNIT):
            if path := getattr(options, name.value, None):
                wanted.append(Wanted(name, path, f"--{name}"))
        check_files((each.option, each.path) for each in wanted if each.path is not None)
        printed = [each.format for each in wanted if each.path is None]
        if len(set(printed)) < len(printed):
            raise ValueError(f"--format {printed[0]} is said twice without a file")
        self._printed = [name for name in printed if name is not Format.GITHUB]
        if len(self._printed) > 1:
            named = " and ".join(self._printed)
            raise ValueError(f"{named} cannot share standard output: --format {printed[0]}=FILE")
        self._commands = Format.GITHUB in printed
        self.files = [
            FileReport(each.path, _renderer(each.format), complain, _moments(each.format))
            for each in wanted
            if each.path is not None
        ]
        self._events: list[Event] = []
        self._token = ""

    @property
    def console(self) -> Console:
        """Where the text goes."""
        return Console(stderr=bool(self._printed), highlight=False, soft_wrap=True)

    @property
    def listeners(self) -> Sequence[Listener]:
        """Who has to hear the events, after the text is printed."""
        return [*self.files, self]

    def start(self) -> None:
        """Keep what the text quotes from being taken for commands, where a runner of GitHub reads
        it."""
        if self._commands and os.environ.get("GITHUB_ACTIONS") == "true":
            self._token = token_hex(16)
            print(f"::stop-commands::{self._token}", flush=True)

    def __call__(self, event: Event) -> None:
        if isinstance(event, CaseStarted | Compiling) or not (self._printed or self._commands):
            return
        self._events.append(event)
        if is_end(event):
            # A command that asks again and again tells each time what is new.
            events, self._events = self._events, []
            self.print(events)

    def print(self, events: Sequence[Event]) -> None:
        """Print the document that standard output gets."""
        for name in self._printed:
            sys.stdout.write(render(name, events))
        if self._commands:
            if self._token:
                print(f"::{self._token}::")
            sys.stdout.write(render(Format.GITHUB, events))
            self._summarise(events)
        sys.stdout.flush()

    def _summarise(self, events: Sequence[Event]) -> None:
        """Append to the summary of the job, if there is one."""
        path = os.environ.get("GITHUB_STEP_SUMMARY")
        if not path:
            return
        try:
            with open(path, "a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(render(Format.MARKDOWN, events) + "\n")
        except OSError as error:
            complain(f"{path}: {error.strerror}")

    def write(self, events: list[Event]) -> None:
        """Everything at once, for events that are all there already."""
        for file in self.files:
            file.write(events)
        self.print(events)


def _moments(wanted: Format) -> tuple[type[Event], ...]:
    return EVERY_MOMENT if wanted in (Format.JSON, Format.JUNIT) else ENDS


def _renderer(wanted: Format) -> Callable[[list[Event]], str]:
    if wanted is Format.JSON:
        return GrowingLog()
    return lambda events: render(wanted, events)
