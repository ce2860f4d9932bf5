"""The log of runs as one JSON document, written and read."""

import json
from pathlib import Path
from typing import Any

from conformance.events.events import AllFinished, Event, RunFinished
from conformance.events.wire import FORMAT, from_dict, to_dict
from conformance.policy.reading import parse_json

LARGEST = 1 << 30
"""Bytes of a log that is read."""


def as_json(events: list[Event]) -> str:
    """The events as one JSON document; the last end is the end of it all."""
    return GrowingLog()(events)


class GrowingLog:
    """Like :func:`as_json`, for a list that grows: each event is turned into text once."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def __call__(self, events: list[Event]) -> str:
        self._texts += [_as_text(event) for event in events[len(self._texts) :]]
        return _document(events, self._texts)


def _document(events: list[Event], texts: list[str]) -> str:
    end = _end(events)
    head = {
        "format": FORMAT,
        "complete": bool(end and end.complete),
        "verdict": str(end.verdict) if end else None,
    }
    body = ",\n".join(texts)
    return json.dumps(head, indent=1)[:-2] + f',\n "events": [\n{body}\n ]\n}}\n'


def _as_text(event: Event) -> str:
    lines = json.dumps(to_dict(event), indent=1).splitlines()
    return "\n".join(f"  {line}" for line in lines)


def _end(events: list[Event]) -> RunFinished | AllFinished | None:
    """The end of everything: of all runs, or of the only one."""
    ends = [event for event in events if isinstance(event, RunFinished | AllFinished)]
    several = any(event.run.family for event in events)
    if not ends or (several and not isinstance(ends[-1], AllFinished)):
        return None
    return ends[-1]


def read_log(path: Path) -> list[Event]:
    """The events of a document. Raises ``ValueError`` naming the file if it is none of this form.

    Raises ``OSError`` if it cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise ValueError(f"it has more than {LARGEST} bytes")
        document = parse_json(data.decode("utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is no JSON: {error}") from error
    if not isinstance(document, dict) or "events" not in document:
        raise ValueError(f"{path} is no log of a run: write one with 'conformance check --json'")
    if document.get("format") != FORMAT:
        raise ValueError(
            f"{path} has format {document.get('format')}; this version reads format {FORMAT}:"
            " run 'conformance check --json' again"
        )
    events = document["events"]
    if not isinstance(events, list) or not events:
        raise ValueError(f"{path} holds no events")
    return [_read(data, f"{path}, event {number}") for number, data in enumerate(events, 1)]


def _read(data: Any, where: str) -> Event:
    """An event. Raises ``ValueError`` that begins with ``where``."""
    try:
        event = from_dict(data)
    except KeyError as error:
        raise ValueError(f"{where}: {error} is missing or unknown") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"{where} is none that this version knows: {error}") from error
    if not event.run.id:
        raise ValueError(f"{where} names no run")
    return event
