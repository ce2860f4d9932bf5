"""The table of releases as the events of runs, for documents that tell runs."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from conformance.events.events import AllFinished, Event, Ready, RunFinished, RunStarted
from conformance.events.identity import RunIdentity, new_id, now
from conformance.events.verdict import Verdict, overall
from conformance.runs.releases import Cell, Table
from conformance.runs.surroundings import host


def events_of(
    table: Table, cells: Sequence[Cell], versions: Mapping[str, str], complete: bool = True
) -> list[Event]:
    """A run for each operator of each release, and the end of them all.

    What a later release has mended stays in the table: all together come to what the newest one
    comes to.
    """
    family, time = new_id(), now()
    start = RunStarted("releases", 0, host(), versions)
    events: list[Event] = []
    verdicts: dict[str, Verdict] = {}
    newest: list[Verdict] = []
    for release in table.releases:
        for operator in table.operators:
            own = [c for c in cells if (c.release, c.operator) == (release, operator)]
            if not own:
                continue
            subject = f"{table.package}=={release}"
            run = RunIdentity(new_id(), operator, subject, "cpu", family)
            told = [start, *_of_one(own, subject, complete)]
            events += [replace(event, run=run, time=time) for event in told]
            verdict = overall([cell.finished.verdict for cell in own])
            verdicts[f"{operator} {release}"] = verdict
            newest += [verdict] if release == table.releases[-1] else []
    seconds = sum(cell.finished.seconds for cell in cells)
    run = RunIdentity(family, table.package, None, "cpu", family)
    return [*events, AllFinished(overall(newest), verdicts, seconds, complete, run=run, time=time)]


def _of_one(cells: Sequence[Cell], subject: str, complete: bool) -> Iterator[Event]:
    """The events of one operator of one release, without their run."""
    first = cells[0]
    mode = next((cell.mode for cell in cells if cell.mode), "not loaded")
    checks = {cell.aspect: cell.finished.question for cell in cells}
    yield Ready(first.operator, subject, mode, checks, "")
    for cell in cells:
        yield cell.finished
    counts = Counter(str(cell.finished.verdict) for cell in cells)
    verdict = overall([cell.finished.verdict for cell in cells])
    yield RunFinished(verdict, dict(counts), sum(cell.finished.seconds for cell in cells), complete)
