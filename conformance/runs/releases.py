"""The table of an operator's releases: every release, every operator, every aspect."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from conformance.contract import Operator
from conformance.events.events import CheckFinished, Event
from conformance.events.request import Limits, Request
from conformance.events.verdict import Verdict
from conformance.policy.profiles import profile
from conformance.runs.session import LOAD, LOAD_QUESTION, Session, UsageError

READ = "source: the release's files, read"
"""How a cell was filled in for which nothing ran."""


@dataclass(frozen=True)
class Cell:
    """What came of one aspect of one operator of one release."""

    release: str
    operator: str
    aspect: str
    finished: CheckFinished
    mode: str = ""
    """Where it ran, emulation included."""


@dataclass(frozen=True)
class Table:
    """What to fill in: releases of a package, operators with their names, ids of aspects."""

    package: str
    releases: tuple[str, ...]
    operators: dict[str, Operator]
    aspects: tuple[str, ...]
    limits: Limits


def fill_in(table: Table, jobs: int, told: Callable[[str, list[Cell]], None]) -> list[Cell]:
    """Every cell of the table, releases in order; ``jobs`` releases are asked at once.

    ``told`` hears of each release when its cells are there, in whatever order that happens.
    """

    sessions: list[Session] = []
    stopped = threading.Event()

    def of(release: str) -> list[Cell]:
        cells: list[Cell] = []
        for cell in _of_release(table, release, sessions):
            if stopped.is_set():
                return cells
            cells.append(cell)
        told(release, cells)
        return cells

    pool = ThreadPoolExecutor(jobs)
    try:
        return [cell for cells in pool.map(of, table.releases) for cell in cells]
    finally:
        # Nothing is left to end unless this was interrupted.
        stopped.set()
        for session in sessions:
            session.kill()
        pool.shutdown(cancel_futures=True)


def _of_release(table: Table, release: str, sessions: list[Session]) -> Iterator[Cell]:
    """The operators of one release share a process: two releases in one would mix."""
    subject = f"{table.package}=={release}"
    requests = {
        name: Request(name, subject, "cpu", profile("gate"), seed=0, limits=table.limits)
        for name in table.operators
    }
    with Session(next(iter(requests.values())), _ignore) as session:
        sessions.append(session)
        for name, operator in table.operators.items():
            try:
                loaded = session.turn_to(requests[name])
            except UsageError as error:  # a release may hold fewer operators than others
                loaded = CheckFinished(LOAD, LOAD_QUESTION, Verdict.UNSUPPORTED, reason=str(error))
            for aspect in operator.aspects:
                if aspect.id not in table.aspects:
                    continue
                ready = session.ready
                if ready is None:
                    finished = _unloaded(aspect.id, aspect.question, loaded)
                    yield Cell(release, name, aspect.id, finished)
                    continue
                finished = session.examine(aspect.id, aspect.question)
                mode = READ if aspect.look else f"{ready.execution}: {ready.mode}"
                yield Cell(release, name, aspect.id, finished, mode)


def _unloaded(aspect: str, question: str, loaded: CheckFinished) -> CheckFinished:
    return CheckFinished(
        aspect, question, loaded.verdict, reason=loaded.reason, failures=loaded.failures
    )


def _ignore(event: Event) -> None:
    """Progress is told release by release."""


def undecided(cells: Sequence[Cell]) -> list[Cell]:
    """The cells that nothing was found out about."""
    return [cell for cell in cells if cell.finished.verdict in (Verdict.ERROR, Verdict.NOT_RUN)]
