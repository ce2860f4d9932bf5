"""A whole run: load the subject, ask every check, sum up."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from time import monotonic
from typing import Protocol

from conformance.case import Case
from conformance.events.events import (
    CheckFinished,
    CheckStarted,
    Event,
    Ready,
    RunFinished,
    RunStarted,
)
from conformance.events.request import Request
from conformance.events.verdict import Verdict, overall
from conformance.policy.stored import NOTHING_KEPT, Store
from conformance.runs.session import LOAD, LOAD_QUESTION, Session, UsageError

Listener = Callable[[Event], None]


class AnySession(Protocol):
    """What a run needs of a session: a process of its own, or this one."""

    @property
    def ready(self) -> Ready | None: ...

    def __enter__(self) -> "AnySession": ...

    def __exit__(self, *exception: object) -> None: ...

    def load(self) -> CheckFinished: ...

    def ask(self, check: str, question: str) -> CheckFinished: ...


@dataclass(frozen=True)
class Plan:
    """What to ask: a request and the ids of the checks (empty: the profile's, or all)."""

    request: Request
    checks: Sequence[str] = ()
    fail_fast: bool = False


def run(
    plan: Plan,
    listeners: Sequence[Listener],
    store: Store = NOTHING_KEPT,
    open_session: Callable[[Request, Listener], AnySession] = Session,
) -> RunFinished:
    """Carry out a plan. Listeners hear every event, also when the run is broken off.

    New failing cases go into ``store``. A run that is broken off has not passed. Raises
    :class:`~conformance.runs.session.UsageError`; anything else becomes a verdict.
    """

    def emit(event: Event) -> None:
        for listener in listeners:
            listener(event)

    request = plan.request
    begin = monotonic()
    finished: list[CheckFinished] = []

    def close(complete: bool) -> RunFinished:
        verdicts = [event.verdict for event in finished if event.check != LOAD]
        verdicts += [e.verdict for e in finished if e.check == LOAD and e.verdict != Verdict.PASS]
        counts = Counter(str(verdict) for verdict in verdicts)
        verdict = overall(verdicts)
        if not complete and verdict in (Verdict.PASS, Verdict.WAIVED):
            verdict = Verdict.NOT_RUN
        end = RunFinished(verdict, dict(counts), monotonic() - begin, complete)
        emit(end)
        return end

    emit(
        RunStarted(
            request.operator, request.subject, request.device, request.profile.name, request.seed
        )
    )
    try:
        with open_session(request, emit) as session:
            for event in _ask_all(plan, session, emit):
                if session.ready is not None:
                    event = replace(event, execution=session.ready.execution)
                finished.append(event)
                emit(event)
                _keep(event, session, store)
    except BaseException:
        close(complete=False)
        raise
    return close(complete=True)


def _ask_all(plan: Plan, session: AnySession, emit: Listener) -> Iterator[CheckFinished]:
    emit(CheckStarted(LOAD, LOAD_QUESTION))
    yield session.load()
    if session.ready is None:
        return
    stop = ""
    for check, question in _chosen(plan, session.ready.checks).items():
        if stop:
            yield CheckFinished(check, question, Verdict.NOT_RUN, reason=stop)
            continue
        emit(CheckStarted(check, question))
        event = session.ask(check, question)
        yield event
        if plan.fail_fast and event.verdict is Verdict.FAIL:
            stop = f"stopped after {check} failed"


def _chosen(plan: Plan, known: dict[str, str]) -> dict[str, str]:
    wanted = plan.checks or plan.request.profile.checks or tuple(known)
    if unknown := [check for check in wanted if check not in known]:
        raise UsageError(f"no check {', '.join(unknown)}; known: {', '.join(known)}")
    return {check: question for check, question in known.items() if check in wanted}


def _keep(event: CheckFinished, session: AnySession, store: Store) -> None:
    subject = session.ready.subject if session.ready else ""
    for failure in event.failures:
        if failure.case and failure.waiver is None:
            store.add(Case.parse(failure.case), subject, date.today().isoformat())
