"""Reports as files, complete at any moment: each is written anew after every check."""

import json
import os
from collections.abc import Callable
from pathlib import Path

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from conformance.events.events import (
    AllFinished,
    CaseStarted,
    CheckFinished,
    Event,
    Ready,
    RunFinished,
    RunStarted,
    to_dict,
)
from conformance.events.verdict import Verdict
from conformance.reports.failure import Origin, failure_lines, printable

FORMAT = 1
"""Version of the JSON document's form."""


def write_whole(path: Path, text: str) -> None:
    """Replace a file in one step, so that nobody ever reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".part")
    temporary.write_text(text)
    os.replace(temporary, path)


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


def as_json(events: list[Event]) -> str:
    """The whole event log as one JSON document; the last end is the end of it all."""
    ends = [event for event in events if isinstance(event, RunFinished | AllFinished)]
    several = any(isinstance(event, RunStarted) and event.several for event in events)
    closed = ends and (not several or isinstance(ends[-1], AllFinished))
    end = ends[-1] if closed else None
    document = {
        "format": FORMAT,
        "complete": bool(end and end.complete),
        "verdict": str(end.verdict) if end else None,
        "events": [to_dict(event) for event in events],
    }
    return json.dumps(document, indent=1) + "\n"


def as_junit(events: list[Event]) -> str:
    """A JUnit document: a suite per run, a test case per check."""
    document = JUnitXml()
    starts = [n for n, event in enumerate(events) if isinstance(event, RunStarted)]
    for first, last in zip(starts, [*starts[1:], len(events)], strict=False):
        document.add_testsuite(_test_suite(events[first:last]))
    return document.tostring().decode()


def _test_suite(events: list[Event]) -> TestSuite:
    ready = next((event for event in events if isinstance(event, Ready)), None)
    start = next(event for event in events if isinstance(event, RunStarted))
    name = f"{start.operator} {ready.subject if ready else start.subject or ''}".strip()
    suite = TestSuite(name)
    suite.add_property("seed", str(start.seed))
    suite.add_property("profile", start.profile)
    suite.add_property("device", ready.mode if ready else start.device)
    for event in events:
        if isinstance(event, CheckFinished):
            suite.add_testcase(_test_case(event, name, start))
    return suite


def _test_case(event: CheckFinished, name: str, start: RunStarted) -> TestCase:
    if event.execution:
        name = f"{name} ({event.execution})"
    case = TestCase(event.check, classname=name, time=round(event.seconds, 3))
    origin = Origin(start.operator, start.subject, start.device)
    text = "\n\n".join("\n".join(failure_lines(failure, origin)) for failure in event.failures)
    if event.verdict is Verdict.FAIL:
        first = event.failures[0].findings[0].message if event.failures else event.reason
        problem = Failure(printable(first))
        problem.text = text
        case.result = [problem]
    elif event.verdict is Verdict.ERROR:
        case.result = [Error(printable(event.reason))]
    elif event.verdict in (Verdict.UNSUPPORTED, Verdict.NOT_RUN):
        case.result = [Skipped(printable(f"{event.verdict}: {event.reason}"))]
    elif text:
        case.system_out = text
    return case
