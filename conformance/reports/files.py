"""Reports as files, complete at any moment: each is written anew after every check."""

import os
from collections.abc import Callable
from pathlib import Path

from conformance.events.events import (
    AllFinished,
    CaseStarted,
    CheckFinished,
    Event,
    RunFinished,
    RunStarted,
)


def write_whole(path: Path, text: str) -> None:
    """Replace a file in one step, so that nobody ever reads half of it.

    A link stays, and what it points at is replaced. A device or a pipe is written to.
    """
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")
        return
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


class FileReport:
    """Listens to events and keeps a file up to date. ``render`` makes its text of all events."""

    def __init__(self, path: Path, render: Callable[[list[Event]], str]) -> None:
        self._path = path
        self._render = render
        self._events: list[Event] = []

    def __call__(self, event: Event) -> None:
        if isinstance(event, CaseStarted):
            return
        self._events.append(event)
        if isinstance(event, RunStarted | CheckFinished | RunFinished | AllFinished):
            write_whole(self._path, self._render(self._events))
