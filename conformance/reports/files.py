"""Reports as files, complete at any moment: written anew after every check, or every run."""

from collections.abc import Callable
from pathlib import Path

from conformance.events.events import (
    AllFinished,
    CaseStarted,
    CheckFinished,
    Compiling,
    Event,
    RunFinished,
    RunStarted,
)
from conformance.policy.writing import is_stream, write_whole

EVERY_MOMENT = (RunStarted, CheckFinished, RunFinished, AllFinished)
"""Events after which a report is written anew."""
ENDS = (RunFinished, AllFinished)
"""Those of reports that take longer to make."""


class FileReport:
    """Listens to events and keeps a file up to date. ``render`` makes its text of all events, after
    each of the ``moments``.

    A device or a pipe gets the text once, at the end. Trouble with the file ends nothing: it is
    told ``on_trouble`` (file and reason, one line) when it first comes up, and stays in
    :attr:`trouble` unless the file can be written after all.
    """

    def __init__(
        self,
        path: Path,
        render: Callable[[list[Event]], str],
        on_trouble: Callable[[str], None] = lambda trouble: None,
        moments: tuple[type[Event], ...] = EVERY_MOMENT,
    ) -> None:
        self._path = path
        self._render = render
        self._on_trouble = on_trouble
        self._moments = moments
        self._events: list[Event] = []
        self._told = False
        self.trouble = ""

    def __call__(self, event: Event) -> None:
        if isinstance(event, CaseStarted | Compiling):
            return
        self._events.append(event)
        if not isinstance(event, self._moments):
            return
        self.write(self._events, whole=is_end(event))

    def write(self, events: list[Event], whole: bool = True) -> None:
        """Write a report of these events, which are all if they are the ``whole``."""
        try:
            if whole or not is_stream(self._path):
                write_whole(self._path, self._render(events))
            self.trouble = ""
        except OSError as error:
            self.trouble = f"{self._path}: {error.strerror or error}"
            if not self._told:
                self._on_trouble(self.trouble)
            self._told = True


def is_end(event: Event) -> bool:
    """Whether nothing comes after it: the end of the only run, or of a whole family."""
    return isinstance(event, AllFinished) or (
        isinstance(event, RunFinished) and not event.run.family
    )
