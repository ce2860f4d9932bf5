"""Several runs at once, told as one: the operators of a family, each in processes of its own."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace
from functools import partial
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any

from conformance.events.events import AllFinished, CheckFinished, Event, RunFinished
from conformance.events.identity import RunIdentity, new_id, now
from conformance.events.verdict import Verdict
from conformance.policy.cores import cores
from conformance.policy.stored import NOTHING_KEPT, Store
from conformance.runs.listeners import Listener, Listeners
from conformance.runs.plan import Plan
from conformance.runs.process import WatchedJudge
from conformance.runs.run import run, verdict_of
from conformance.runs.shared import SharedSession, Stopped
from conformance.runs.signals import checkpoint, held
from conformance.runs.waiting import compile_waiting

LOOK = 0.1
"""Seconds between two looks at whether a signal came."""
Told = SimpleQueue[Event | BaseException]
"""The events of one run, and the exception that broke it off."""


def jobs_for(device: str, count: int) -> int:
    """Runs to carry out at once: one for each core that this process may use.

    On an accelerator it is one.
    """
    if device.partition(":")[0] != "cpu":
        return 1
    return max(1, min(cores(), count))


@held()
def run_family(
    plans: Sequence[Plan],
    listeners: Sequence[Listener],
    store: Store = NOTHING_KEPT,
    jobs: int = 1,
    name: str = "",
    ahead: bool = False,
) -> AllFinished:
    """Carry out several plans, ``jobs`` at a time. Listeners hear them one after the other.

    ``name`` is what the family is called. The events of a run that is ahead of its turn wait for
    it. Plans that are carried out one after the other share a process, as long as no subject ends
    it. ``ahead`` says to have compiled meanwhile what plans launch that wait for their turn, where
    their device compiles. Raises what :func:`run` raises. Then, and when it is interrupted,
    everything that was started is ended.
    """
    begin = monotonic()
    family = new_id()
    queues: list[Told] = [SimpleQueue() for _ in plans]
    stopped = threading.Event()
    free: SimpleQueue[SharedSession] = SimpleQueue()
    # Runs that each had a thread for every core would wait for each other's.
    start = partial(WatchedJudge, threads=max(1, cores() // jobs) if jobs > 1 else 0)
    sessions = [SharedSession(start) for _ in range(jobs)]
    for session in sessions:
        free.put(session)
    compiles = SharedSession(start)
    shared = [*sessions, compiles]
    begun: set[int] = set()
    compiled: set[int] = set()

    def carry_out(number: int) -> None:
        def hear(event: Event) -> None:
            if stopped.is_set():
                raise Stopped
            queues[number].put(event)

        session = free.get()
        begun.add(number)
        plan = plans[number]
        if number in compiled:
            plan = replace(plan, request=replace(plan.request, compiled=True))
        try:
            run(plan, [hear], store, session.turned_to, family)
        except BaseException as error:  # told by whoever reads the queue
            queues[number].put(error)
        finally:
            free.put(session)

    def waits(place: int) -> bool:
        return jobs + place not in begun and not stopped.is_set()

    def done(place: int) -> None:
        compiled.add(jobs + place)

    told = Listeners(listeners)
    verdicts: dict[str, Verdict] = {}
    troubles: dict[str, None] = {}
    not_started: list[str] = []
    complete = False
    pool, beside = ThreadPoolExecutor(jobs), ThreadPoolExecutor(1)
    asked: list[Future[None]] = []
    try:
        if ahead:
            asked.append(beside.submit(compile_waiting, plans[jobs:], compiles, waits, done))
        asked.extend(pool.submit(carry_out, number) for number in range(len(plans)))
        for plan, queue in zip(plans, queues, strict=True):
            operator = _name(plan, plans)
            troubles |= dict.fromkeys(_tell(operator, queue, told, verdicts))
            if plan.asks.fail_fast and verdicts[operator] is Verdict.FAIL:
                others = [_name(other, plans) for other in plans]
                not_started = [other for other in others if other not in verdicts]
                break
        complete = True
    finally:
        stopped.set()
        for each in (pool, beside):
            each.shutdown(wait=False, cancel_futures=True)
        end_all(shared, asked)
        for session in shared:
            session.close()
        operators = {**verdicts, **dict.fromkeys(not_started, Verdict.NOT_RUN)}
        first = plans[0].request
        end = AllFinished(
            verdict_of(list(operators.values()), complete),
            operators,
            monotonic() - begin,
            complete,
            tuple(not_started),
            tuple(troubles),
            run=RunIdentity(family, name, first.subject, first.device, family),
            time=now(),
        )
        told(end)
    told.end()
    return end


def _name(plan: Plan, plans: Sequence[Plan]) -> str:
    """The operator; where several plans ask it, what else their commands say."""
    request = plan.request
    alike = [other.request for other in plans if other.request.operator == request.operator]
    if len(alike) < 2:
        return request.operator
    words = [request.operator, request.subject or "", *request.words]
    if len({other.device for other in alike}) > 1:
        words.append(f"on {request.device}")
    return " ".join(filter(None, words))


def _tell(
    operator: str, queue: Told, told: Listeners, verdicts: dict[str, Verdict]
) -> tuple[str, ...]:
    """Pass on the events of one run up to its end; returns its troubles.

    Raises what ended it instead. ``verdicts`` gets that of the operator, also if a listener ends it
    all after a failure.
    """
    while True:
        event = _next(queue)
        if isinstance(event, BaseException):
            raise event
        if isinstance(event, CheckFinished) and event.decides is Verdict.FAIL:
            verdicts[operator] = Verdict.FAIL
        if isinstance(event, RunFinished) and event.complete:
            verdicts[operator] = event.verdict
        told(event)
        if isinstance(event, RunFinished) and event.complete:
            return event.troubles


def _next(queue: Told) -> Event | BaseException:
    while True:
        checkpoint()
        with suppress(Empty):
            return queue.get(timeout=LOOK)


def end_all(sessions: Sequence[SharedSession], asked: Sequence[Future[Any]]) -> None:
    """End what the sessions run, until nobody asks them any more.

    Who has just begun to load starts a process that is not there yet, so once is not enough.
    """
    unfinished: Sequence[Future[Any]] = asked
    while True:
        for session in sessions:
            session.kill()
        unfinished = [future for future in unfinished if not future.done()]
        if not unfinished:
            return
        wait(unfinished, timeout=LOOK)
