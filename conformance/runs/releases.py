"""The table of an operator's releases: every release, every operator, every aspect."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from conformance.contract import Operator
from conformance.events.events import CheckFinished, Event, Ready
from conformance.events.loading import LOAD, LOAD_QUESTION, UsageError
from conformance.events.log import Log
from conformance.events.request import Limits, Request
from conformance.events.verdict import Verdict
from conformance.policy.profiles import profile
from conformance.runs.family import LOOK, end_all
from conformance.runs.plan import Aspects, Listener, Plan
from conformance.runs.run import run
from conformance.runs.shared import SharedSession, Stopped
from conformance.runs.signals import checkpoint, held

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


@held()
def fill_in(table: Table, jobs: int, on_release: Callable[[str, list[Cell]], None]) -> list[Cell]:
    """Every cell of the table, releases in order; ``jobs`` releases are asked at once.

    ``on_release`` hears of each release when its cells are there, in whatever order that happens.
    """
    sessions: list[SharedSession] = []
    stopped = threading.Event()

    def stop(event: Event) -> None:
        if stopped.is_set():
            raise Stopped

    def cells_of(release: str) -> list[Cell]:
        # The operators of one release share a process: two releases in one would mix.
        session = SharedSession()
        sessions.append(session)
        try:
            cells = [
                cell
                for name in table.operators
                for cell in _asked(table, release, name, session, stop)
            ]
        finally:
            session.close()
        on_release(release, cells)
        return cells

    pool = ThreadPoolExecutor(jobs)
    asked: list[Future[list[Cell]]] = []
    try:
        asked.extend(pool.submit(cells_of, release) for release in table.releases)
        return [cell for future in asked for cell in _cells(future)]
    finally:
        # Nothing is left to end unless this was interrupted.
        stopped.set()
        pool.shutdown(wait=False, cancel_futures=True)
        end_all(sessions, asked)


def _cells(future: Future[list[Cell]]) -> list[Cell]:
    while not future.done():
        checkpoint()
        wait([future], timeout=LOOK)
    return future.result()


def _asked(
    table: Table, release: str, name: str, session: SharedSession, stop: Listener
) -> Iterator[Cell]:
    """The cells of one operator of one release: a run, or the reason why there is none."""
    request = Request(
        name, f"{table.package}=={release}", "cpu", profile("gate"), seed=0, limits=table.limits
    )
    aspects = {a.id: a for a in table.operators[name].aspects if a.id in table.aspects}
    log = Log()
    plan = Plan(request, Aspects({a.id: a.question for a in aspects.values()}))
    try:
        run(plan, [stop, log], open_session=session.turned_to)
        loaded, *finished = [event for event in log.events if isinstance(event, CheckFinished)]
    except UsageError as error:  # a release may hold fewer operators than others
        finished = []
        loaded = CheckFinished(LOAD, LOAD_QUESTION, Verdict.UNSUPPORTED, reason=str(error))
    ready = next((event for event in log.events if isinstance(event, Ready)), None)
    if ready is None:
        for aspect in aspects.values():
            yield Cell(release, name, aspect.id, _unloaded(aspect.id, aspect.question, loaded))
        return
    for event in finished:
        mode = READ if aspects[event.check].look else f"{ready.execution}: {ready.mode}"
        yield Cell(release, name, event.check, event, mode)


def with_those_not_asked(table: Table, cells: Sequence[Cell], reason: str) -> list[Cell]:
    """The cells, and one that says NOT_RUN for each that is not among them; releases in order."""
    known = {(cell.release, cell.operator, cell.aspect): cell for cell in cells}
    return [
        known.get((release, name, aspect.id))
        or Cell(
            release,
            name,
            aspect.id,
            CheckFinished(aspect.id, aspect.question, Verdict.NOT_RUN, reason=reason),
        )
        for release in table.releases
        for name, operator in table.operators.items()
        for aspect in operator.aspects
        if aspect.id in table.aspects
    ]


def _unloaded(aspect: str, question: str, loaded: CheckFinished) -> CheckFinished:
    return CheckFinished(
        aspect, question, loaded.verdict, reason=loaded.reason, failures=loaded.failures
    )


def undecided(cells: Sequence[Cell]) -> list[Cell]:
    """The cells that nothing was found out about."""
    return [cell for cell in cells if cell.finished.verdict in (Verdict.ERROR, Verdict.NOT_RUN)]
