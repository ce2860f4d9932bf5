"""Several runs at once, told as one: the operators of a family, each in processes of its own."""

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from queue import SimpleQueue
from time import monotonic

from conformance.events.events import (
    AllFinished,
    CheckFinished,
    Event,
    Ready,
    RunFinished,
    RunStarted,
)
from conformance.events.request import Request
from conformance.events.verdict import Verdict, overall
from conformance.policy.stored import NOTHING_KEPT, Store
from conformance.runs.run import Listener, Plan, run
from conformance.runs.session import Session

Told = SimpleQueue[Event | BaseException]
"""The events of one run, and the exception that broke it off."""


class _Stopped(BaseException):
    """Ends a run whose events nobody wants any more."""


class _Shared:
    """A session that one operator after the other is asked in: torch is imported once."""

    def __init__(self) -> None:
        self._session: Session | None = None

    def turned_to(self, request: Request, emit: Listener) -> "_Turn":
        if self._session is None:
            self._session = Session(request, emit)
        return _Turn(self._session, request, emit)

    def kill(self) -> None:
        if self._session is not None:
            self._session.kill()

    def close(self) -> None:
        if self._session is not None:
            self._session.close()


class _Turn:
    """What one run sees of a shared session: a session that stays open when the run is over."""

    def __init__(self, session: Session, request: Request, emit: Listener) -> None:
        self._session, self._request, self._emit = session, request, emit

    def __enter__(self) -> "_Turn":
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    @property
    def ready(self) -> Ready | None:
        return self._session.ready

    def load(self) -> CheckFinished:
        return self._session.turn_to(self._request, self._emit)

    def ask(self, check: str, question: str) -> CheckFinished:
        return self._session.ask(check, question)


def jobs_for(device: str, count: int) -> int:
    """Runs to carry out at once: as many as there are cores, but one on an accelerator."""
    if device != "cpu":
        return 1
    return max(1, min(os.cpu_count() or 1, count))


def run_several(
    plans: Sequence[Plan],
    listeners: Sequence[Listener],
    store: Store = NOTHING_KEPT,
    jobs: int = 1,
) -> AllFinished:
    """Carry out several plans, ``jobs`` at a time. Listeners hear them one after the other.

    What runs ahead of its turn is kept until it has come. Plans that are carried out one after the
    other share a process, as long as no subject ends it. Raises what :func:`run` raises; then, and
    when it is interrupted, everything that was started is ended.
    """
    begin = monotonic()
    queues: list[Told] = [SimpleQueue() for _ in plans]
    stopped = threading.Event()
    free: SimpleQueue[_Shared] = SimpleQueue()
    shared = [_Shared() for _ in range(jobs)]
    for session in shared:
        free.put(session)

    def carry_out(number: int) -> None:
        def hear(event: Event) -> None:
            if stopped.is_set():
                raise _Stopped
            if isinstance(event, RunStarted):
                event = replace(event, several=True)
            queues[number].put(event)

        session = free.get()
        try:
            run(plans[number], [hear], store, session.turned_to)
        except BaseException as error:  # told by whoever reads the queue
            queues[number].put(error)
        finally:
            free.put(session)

    verdicts: dict[str, Verdict] = {}
    complete = False
    pool = ThreadPoolExecutor(jobs)
    try:
        for number in range(len(plans)):
            pool.submit(carry_out, number)
        for plan, queue in zip(plans, queues, strict=True):
            operator = plan.request.operator
            _tell(operator, queue, listeners, verdicts)
            if plan.fail_fast and verdicts[operator] is Verdict.FAIL:
                rest = (other.request.operator for other in plans)
                verdicts = {**dict.fromkeys(rest, Verdict.NOT_RUN), **verdicts}
                break
        complete = True
    finally:
        stopped.set()
        for session in shared:
            session.kill()
        pool.shutdown(cancel_futures=True)
        for session in shared:
            session.close()
        end = _sum_up(verdicts, monotonic() - begin, complete)
        for listener in listeners:
            listener(end)
    return end


def _tell(
    operator: str, queue: Told, listeners: Sequence[Listener], verdicts: dict[str, Verdict]
) -> None:
    """Pass on the events of one run up to its end. Raises what ended it instead.

    ``verdicts`` gets that of the operator, also if a listener ends it all after a failure.
    """
    while True:
        event = queue.get()
        if isinstance(event, BaseException):
            raise event
        if isinstance(event, CheckFinished) and event.verdict is Verdict.FAIL:
            verdicts[operator] = Verdict.FAIL
        if isinstance(event, RunFinished) and event.complete:
            verdicts[operator] = event.verdict
        for listener in listeners:
            listener(event)
        if isinstance(event, RunFinished) and event.complete:
            return


def _sum_up(verdicts: dict[str, Verdict], seconds: float, complete: bool) -> AllFinished:
    verdict = overall(list(verdicts.values()))
    if not complete and verdict in (Verdict.PASS, Verdict.WAIVED):
        verdict = Verdict.NOT_RUN
    return AllFinished(verdict, dict(verdicts), seconds, complete)
