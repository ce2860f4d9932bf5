"""A subject that is asked check by check, by a judge in a process of its own."""

from collections.abc import Callable
from time import monotonic

from conformance.events.events import CaseStarted, CheckFinished, Event, Failure, Ready
from conformance.events.finding import Identity
from conformance.events.loading import LOAD, LOAD_QUESTION, UsageError, not_loaded, refused
from conformance.events.request import Request
from conformance.events.verdict import Verdict
from conformance.events.wire import failure_from_dict, from_dict
from conformance.runs.ended import broken_off, ended, told
from conformance.runs.process import Death, WatchedJudge

__all__ = ["LOAD", "LOAD_QUESTION", "Session", "UsageError"]


class Session:
    """Asks a subject. ``emit`` hears :class:`Ready` and :class:`CaseStarted` events.

    ``start`` starts a judge for a request. Close it, or use it in a ``with``.
    """

    def __init__(
        self,
        request: Request,
        emit: Callable[[Event], None],
        start: Callable[[Request], WatchedJudge] = WatchedJudge,
    ) -> None:
        self._start = start
        self._request = request
        self._emit = emit
        self._judge: WatchedJudge | None = None
        self.ready: Ready | None = None
        """What the judge said of itself, once it has been loaded."""

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        if self._judge is not None:
            self._judge.close()
            self._judge = None

    def kill(self) -> None:
        """End the processes, from another thread than the one that asks; that one sees a death."""
        judge = self._judge
        if judge is not None:
            judge.kill()

    def load(self) -> CheckFinished:
        """Start the process and load the subject. Raises :class:`UsageError`."""
        self.close()
        self._judge = self._start(self._request)
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
        if self._judge is None:
            return self.load()
        self._judge.order({"load": request.to_json()})
        return self._loaded()

    def _loaded(self) -> CheckFinished:
        begin = monotonic()
        loaded = self._wait_until_ready(begin)
        if loaded.verdict is not Verdict.PASS:
            self.close()
        return loaded

    def _wait_until_ready(self, begin: float) -> CheckFinished:
        assert self._judge is not None
        for message in self._judge.messages():
            seconds = monotonic() - begin
            if isinstance(message, Death):
                return not_loaded(Verdict.ERROR, told(message), seconds)
            if "refused" in message:
                return refused(message["refused"], message["message"], seconds)
            event = from_dict(message)
            if isinstance(event, Ready):
                if self.ready is None:
                    self._emit(event)
                self.ready = event
                return CheckFinished(LOAD, LOAD_QUESTION, Verdict.PASS, seconds=seconds)
        raise AssertionError("a judge's messages end with its death")

    def compile_ahead(self) -> bool:
        """Have compiled what all checks that will be asked launch, and wait; whether it is.

        Nothing is said of what goes wrong: who launches it meets it again.
        """
        if self._judge is None:
            return False
        self._judge.order({"ahead": ""})
        for message in self._judge.messages():
            if isinstance(message, Death):
                self.close()
                return False
            if "compiled" in message or "refused" in message:
                return bool(message.get("compiled"))
            self._emit(from_dict(message))
        raise AssertionError("a judge's messages end with its death")

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
        if self._judge is None:
            loaded = self.load()
            if loaded.verdict is not Verdict.PASS:
                reason = f"the subject could not be loaded again: {loaded.reason}"
                return CheckFinished(check, question, Verdict.ERROR, reason=reason)
        assert self._judge is not None
        begin = monotonic()
        found: dict[Identity, Failure] = {}
        self._judge.order(order)
        try:
            return self._answer(check, question, found, begin)
        except BaseException:
            # What is known by now is not lost with the run that is broken off.
            if found:
                self._emit(broken_off(check, question, found, monotonic() - begin))
            raise

    def _answer(
        self, check: str, question: str, found: dict[Identity, Failure], begin: float
    ) -> CheckFinished:
        assert self._judge is not None
        last: CaseStarted | None = None
        for message in self._judge.messages():
            if isinstance(message, Death):
                self.close()
                return ended(check, question, message, last, found, monotonic() - begin)
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
        raise AssertionError("a judge's messages end with its death")
