"""Runs as a JUnit document."""

from collections.abc import Iterator

from junitparser import (
    Attr,
    Error,
    Failure,
    JUnitXml,
    Properties,
    Property,
    Skipped,
    TestCase,
    TestSuite,
)

from conformance.events.events import CheckFinished, Event, Ready, RunFinished, RunStarted
from conformance.events.verdict import Verdict
from conformance.reports.documents.places import first_place
from conformance.reports.failure import Origin, distinct_text, failure_lines
from conformance.reports.foreign import one_line, printable
from conformance.reports.merge import by_run


class _PlacedCase(TestCase):
    """A test case with the place that readers of JUnit show beside it."""

    file = Attr("file")
    line = Attr("line")


def as_junit(events: list[Event]) -> str:
    """A JUnit document: a suite per run, a test case per check."""
    document = JUnitXml()
    for own in by_run(events).values():
        start = next((event for event in own if isinstance(event, RunStarted)), None)
        if start is not None:
            document.add_testsuite(_test_suite(start, own))
    return document.tostring().decode()


def _test_suite(start: RunStarted, events: list[Event]) -> TestSuite:
    ready = next((event for event in events if isinstance(event, Ready)), None)
    subject = ready.subject if ready else start.run.subject or ""
    name = one_line(f"{start.run.operator} {subject}".strip())
    suite = TestSuite(name)
    suite.timestamp = one_line(start.time)
    suite.hostname = one_line(start.host)
    troubles = [t for event in events if isinstance(event, RunFinished) for t in event.troubles]
    for key, value in (*_properties(start, ready), *(("trouble", text) for text in troubles)):
        suite.add_property(one_line(key), printable(value))
    for event in events:
        if isinstance(event, CheckFinished):
            suite.add_testcase(_test_case(event, name, start, ready))
    return suite


def _properties(start: RunStarted, ready: Ready | None) -> Iterator[tuple[str, str]]:
    """What a suite says of its run; ``not asked`` may come several times."""
    yield "run", start.run.id
    yield "seed", str(start.seed)
    yield "profile", start.profile
    yield "device", ready.mode if ready else start.run.device
    yield "host", start.host
    yield from start.versions.items()
    if ready is None:
        return
    yield "driver", ready.driver
    if ready.judged.sha256:
        yield "judged", ready.judged.what
        yield "sha256", ready.judged.sha256
    if ready.stood_in:
        yield "stood in for", ", ".join(ready.stood_in)
    for sentence in ready.not_asked:
        yield "not asked", sentence


def _test_case(event: CheckFinished, name: str, start: RunStarted, ready: Ready | None) -> TestCase:
    if event.execution:
        name = one_line(f"{name} ({event.execution})")
    case = _PlacedCase(one_line(event.check), classname=name, time=round(event.seconds, 3))
    _add_facts(case, event, ready)
    origin = Origin.of(start.run)
    text = "\n\n".join("\n".join(failure_lines(failure, origin)) for failure in event.failures)
    if event.is_warning:
        case.system_out = f"a warning, which decides nothing\n\n{text}".rstrip()
    elif event.verdict is Verdict.FAIL:
        first = event.failures[0].findings[0].message if event.failures else event.reason
        problem = Failure(printable(first), distinct_text(event) or None)
        problem.text = text
        case.result = [problem]
    elif event.verdict is Verdict.ERROR:
        case.result = [Error(printable(event.reason))]
    elif event.verdict in (Verdict.UNSUPPORTED, Verdict.NOT_RUN):
        case.result = [Skipped(printable(f"{event.verdict}: {event.reason}"))]
    elif text:
        case.system_out = text
    return case


def _add_facts(case: _PlacedCase, event: CheckFinished, ready: Ready | None) -> None:
    """File and line, and what else is known of a check, as properties of the test case."""
    lines = [failure.finding.line for failure in event.failures if failure.waiver is None]
    place = first_place([*lines, ready.origin if ready else ""])
    if place is not None:
        case.file, case.line = one_line(place.file), str(place.line)
    facts = {"question": event.question, "severity": str(event.severity)}
    if event.cases:
        facts["cases"] = str(event.cases)
    if event.execution:
        facts["execution"] = event.execution
    properties = Properties()
    for name, value in facts.items():
        properties.add_property(Property(name, printable(value)))
    case.append(properties)
