"""A whole run: load the subject, ask what the plan says, sum up."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from time import monotonic

from conformance.events.events import (
    CaseStarted,
    CheckFinished,
    CheckStarted,
    Compiling,
    Event,
    LeftOut,
    Ready,
    RunFinished,
    RunStarted,
)
from conformance.events.identity import RunIdentity, new_id, now
from conformance.events.loading import LOAD, LOAD_QUESTION
from conformance.events.request import Request
from conformance.events.severity import Severity
from conformance.events.verdict import Verdict, overall
from conformance.policy.stored import NOTHING_KEPT, Store
from conformance.runs.cards import CARDS
from conformance.runs.kept import KeptCases
from conformance.runs.listeners import Listener, Listeners
from conformance.runs.plan import AnySession, Plan
from conformance.runs.session import Session
from conformance.runs.signals import held
from conformance.runs.stale import stale_waivers
from conformance.runs.surroundings import host, versions

OpenSession = Callable[[Request, Listener], AnySession]


@held()
def run(
    plan: Plan,
    listeners: Sequence[Listener],
    store: Store = NOTHING_KEPT,
    open_session: OpenSession = Session,
    family: str = "",
) -> RunFinished:
    """Carry out a plan. Listeners hear every event, also when the run is broken off.

    New failing cases go into ``store``; trouble with it is told in the end, and stops nothing. A
    run that is broken off has not passed. ``family`` is the id of the family of runs that this one
    is part of. Raises :class:`~conformance.events.loading.UsageError`, and at its end what a
    listener raised meanwhile; anything else becomes a verdict.
    """
    ends: list[RunFinished] = []

    def keep_end(event: Event) -> None:
        if isinstance(event, RunFinished):
            ends.append(event)

    for _ in steps(plan, [*listeners, keep_end], store, open_session, family):
        pass
    return ends[-1]


def steps(
    plan: Plan,
    listeners: Sequence[Listener],
    store: Store = NOTHING_KEPT,
    open_session: OpenSession = Session,
    family: str = "",
) -> Iterator[CheckFinished]:
    """Like :func:`run`, one step at a time: yields what came of loading and of each question.

    Nothing goes on between two steps. An iterator that is closed early breaks the run off.
    """
    request = plan.opened
    identity = RunIdentity(
        new_id(), request.operator, request.subject, request.device, family, request.words
    )
    begin = monotonic()
    kept, told = KeptCases(store), Listeners(listeners)
    finished: list[CheckFinished] = []
    asked: dict[str, None] = {}
    slow: dict[str, None] = {}
    ready: list[Ready] = []

    def emit(event: Event) -> None:
        if isinstance(event, Ready):
            ready.append(event)
        if isinstance(event, CaseStarted):
            asked.setdefault(event.case)
        if isinstance(event, Compiling) and event.trouble:
            slow.setdefault(f"not all kernels were compiled ahead: {event.trouble}")
        if isinstance(event, CheckFinished):
            event = replace(event, severity=plan.severity_of(event.check))
            if event not in finished:
                finished.append(event)  # a check that is broken off, after a failure
        told(replace(event, run=identity, time=now()))

    def close(complete: bool) -> None:
        told_of = [e for e in finished if e.check != LOAD or e.verdict is not Verdict.PASS]
        counts = Counter(str(event.verdict) for event in told_of)
        seconds = monotonic() - begin
        verdict = verdict_of([v for event in told_of if (v := event.decides)], complete)
        if verdict in (Verdict.PASS, Verdict.WAIVED) and any(
            e.undecided and e.severity is Severity.DENY for e in finished
        ):
            verdict = Verdict.UNSUPPORTED
        warned = tuple(dict.fromkeys(event.check for event in told_of if event.is_warning))
        stale = stale_waivers(plan, ready[0] if ready else None, finished) if complete else ()
        troubles = (*kept.troubles, *slow, *stale)
        emit(RunFinished(verdict, dict(counts), seconds, complete, troubles, warned))

    try:
        emit(RunStarted(request.profile.name, request.seed, host(), versions()))
        with (
            CARDS.held(request.device, request.share_device),
            open_session(request, emit) as session,
        ):
            for event in _ask_all(plan, session, emit):
                event = _completed(event, session, asked, plan.severity_of(event.check))
                asked.clear()
                finished.append(event)
                emit(event)
                kept.settle(event, plan, session)
                yield event
    except BaseException:
        close(complete=False)
        raise
    close(complete=True)
    told.end()


def verdict_of(verdicts: Sequence[Verdict], complete: bool) -> Verdict:
    """What verdicts come to, where a run that is not complete has not passed."""
    verdict = overall(verdicts)
    if not complete and verdict in (Verdict.PASS, Verdict.WAIVED):
        return Verdict.NOT_RUN
    return verdict


def _ask_all(plan: Plan, session: AnySession, emit: Listener) -> Iterator[CheckFinished]:
    emit(CheckStarted(LOAD, LOAD_QUESTION))
    yield session.load()
    if session.ready is None:
        return
    stop = ""
    for question in plan.asks.questions(plan.request, session):
        severity = plan.severity_of(question.id)
        if severity is Severity.OFF:
            reason = "left out: its severity is off"
            yield CheckFinished(question.id, question.text, Verdict.NOT_RUN, reason=reason)
            continue
        if stop:
            yield CheckFinished(question.id, question.text, Verdict.NOT_RUN, reason=stop)
            continue
        emit(CheckStarted(question.id, question.text))
        event = question.answer()
        yield event
        denied = event.verdict is Verdict.FAIL and severity is Severity.DENY
        if plan.asks.fail_fast and denied:
            stop = f"stopped after {question.id} failed"


def _completed(
    event: CheckFinished, session: AnySession, asked: dict[str, None], severity: Severity
) -> CheckFinished:
    """The event with what only the run knows: how the subject runs, what it was asked, and what
    a failure decides."""
    execution = session.ready.execution if session.ready else ""
    no_room = event.left_out.get(LeftOut.NO_ROOM, ())
    lines = tuple(line for line in asked if line not in no_room)
    return replace(_aligned(event, lines), execution=execution, severity=severity)


def _aligned(event: CheckFinished, lines: tuple[str, ...]) -> CheckFinished:
    """The event with the cases that the run heard of, and what is known of each of them."""
    places = {line: place for place, line in enumerate(event.asked)}
    if any(line not in places for line in lines):  # who asked them says nothing of some
        return replace(event, asked=lines, case_seconds=(), budget_used={})
    order = [places[line] for line in lines]
    known = len(event.case_seconds) == len(event.asked)
    seconds = tuple(event.case_seconds[place] for place in order) if known else ()
    used = {
        name: tuple(shares[place] for place in order) for name, shares in event.budget_used.items()
    }
    return replace(event, asked=lines, case_seconds=seconds, budget_used=used)
