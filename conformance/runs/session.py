"""A subject in a process of its own that can be asked check by check, and survives its crashes."""

from collections.abc import Callable
from time import monotonic

from conformance.events.events import CaseStarted, CheckFinished, Event, Failure, Ready
from conformance.events.finding import Identity
from conformance.events.loading import LOAD, LOAD_QUESTION, UsageError, not_loaded, refused
from conformance.events.request import Request
from conformance.events.verdict import Verdict
from conformance.events.wire import failure_from_dict, from_dict
from conformance.runs.ended import ended, together, told
from conformance.runs.process import Death, WorkerProcess

__all__ = ["LOAD", "LOAD_QUESTION", "Session", "UsageError"]


class Session:
    """Asks a subject. ``emit`` hears :class:`Ready` and :class:`CaseStarted` events.

    Close it, or use it in a ``with``.
    """

    def __init__(self, request: Request, emit: Callable[[Event], None]) -> None:
        self._request = request
        self._emit = emit
        self._worker: WorkerProcess | None = None
        self.ready: Ready | None = None
        """What the worker said of itself, once it has been loaded."""

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def kill(self) -> None:
        """End the worker, from another thread than the one that asks; that one sees a death."""
        worker = self._worker
        if worker is not None:
            worker.kill()

    def load(self) -> CheckFinished:
        """Start the process and load the subject. Raises :class:`UsageError`."""
        self.close()
        self._worker = WorkerProcess(self._request)
        return self._loaded()

    def turn_to(
        self, request: Request, emit: Callable[[Event], None] | None = None
    ) -> CheckFinished:
        """Load another operator into the same process, or a new one if that is gone.

        What is loaded already stays: only for operators of one release, or of one's own. ``emit``
        hears the events from now on. Raises :class:`UsageError`.
        """
        self._request, self.ready = request, None
        self._emit = emit or self._emit
        if self._worker is None:
            return self.load()
        self._worker.order({"load": request.to_json()})
        return self._loaded()

    def _loaded(self) -> CheckFinished:
        begin = monotonic()
        loaded = self._wait_until_ready(begin)
        if loaded.verdict is not Verdict.PASS:
            self.close()
        return loaded

    def _wait_until_ready(self, begin: float) -> CheckFinished:
        assert self._worker is not None
        for message in self._worker.messages():
            seconds = monotonic() - begin
            if isinstance(message, Death):
                return not_loaded(Verdict.FAIL, told(message), seconds)
            if "refused" in message:
                return refused(message["refused"], message["message"], seconds)
            event = from_dict(message)
            if isinstance(event, Ready):
                if self.ready is None:
                    self._emit(event)
                self.ready = event
                return CheckFinished(LOAD, LOAD_QUESTION, Verdict.PASS, seconds=seconds)
        raise AssertionError("a worker's messages end with its death")

    def ask(self, check: str, question: str) -> CheckFinished:
        """The verdict of a check. Raises :class:`UsageError` for a mistake of the contract."""
        return self._order(check, question, {"check": check})

    def examine(self, aspect: str, question: str) -> CheckFinished:
        """The verdict of an aspect of the operator."""
        return self._order(aspect, question, {"aspect": aspect})

    def replay(self, check: str, question: str, line: str) -> CheckFinished:
        """The verdict of one case."""
        return self._order(check, question, {"case": line})

    def _order(self, check: str, question: str, order: dict[str, str]) -> CheckFinished:
        if self._worker is None:
            loaded = self.load()
            if loaded.verdict is not Verdict.PASS:
                reason = f"the subject could not be loaded again: {loaded.reason}"
                return CheckFinished(check, question, Verdict.ERROR, reason=reason)
        assert self._worker is not None
        begin = monotonic()
        last: CaseStarted | None = None
        found: dict[Identity, Failure] = {}
        self._worker.order(order)
        for message in self._worker.messages():
            if isinstance(message, Death):
                self.close()
                event = ended(check, question, message, last, found, monotonic() - begin)
                if last is None or "check" not in order or "died" in order or not message.crashed:
                    return event
                # One that ends its process in one call may be wrong in others: asked once more.
                return together(event, self._order(check, question, {**order, "died": last.case}))
            if "lost" in message:
                self.close()
                death = Death("call" if message["faulted"] else "judge", message["lost"], "")
                return ended(check, question, death, last, found, monotonic() - begin)
            if "refused" in message:
                raise UsageError(message["message"])
            if "found" in message:
                failure = failure_from_dict(message["found"])
                found[failure.finding.identity] = failure
                continue
            heard = from_dict(message)
            if isinstance(heard, CheckFinished):
                return heard
            if isinstance(heard, CaseStarted):
                last = heard
            self._emit(heard)
        raise AssertionError("a worker's messages end with its death")
