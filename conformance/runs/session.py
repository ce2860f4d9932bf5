"""A subject in a process of its own that can be asked check by check, and survives its crashes."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from conformance.events.events import (
    CaseStarted,
    CheckFinished,
    Event,
    Failure,
    Ready,
    from_dict,
)
from conformance.events.request import Request
from conformance.events.verdict import Verdict
from conformance.runs.process import Death, WorkerProcess

LOAD = "load"
"""Id of the step that stands before all checks."""
LOAD_QUESTION = "Can the subject be loaded?"


class UsageError(Exception):
    """What the user asked for does not exist; the message says what does."""


@dataclass(frozen=True)
class _Refusal:
    verdict: Verdict
    reason: str


_REFUSALS = {
    "SubjectBroken": Verdict.FAIL,
    "SubjectUnavailable": Verdict.UNSUPPORTED,
    "DeviceUnavailable": Verdict.UNSUPPORTED,
}
_USAGE = {"SubjectNotFound", "ContractMistake", "ContractBroken", "CaseError", "WaiverError"}


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
        refusal = self._wait_until_ready()
        seconds = monotonic() - begin
        if refusal is None:
            return CheckFinished(LOAD, LOAD_QUESTION, Verdict.PASS, seconds=seconds)
        self.close()
        failures: tuple[Failure, ...] = ()
        if refusal.verdict is Verdict.FAIL:
            finding = {"about": "subject", "message": "cannot be loaded", "got": refusal.reason}
            failures = (Failure("", (finding,)),)
        return CheckFinished(
            LOAD, LOAD_QUESTION, refusal.verdict, 0, seconds, refusal.reason, failures
        )

    def _wait_until_ready(self) -> _Refusal | None:
        assert self._worker is not None
        for message in self._worker.messages():
            if isinstance(message, Death):
                return _Refusal(Verdict.FAIL, _tell(message))
            if "refused" in message:
                verdict = _REFUSALS.get(message["refused"])
                if verdict is not None:
                    return _Refusal(verdict, message["message"])
                if message["refused"] in _USAGE:
                    raise UsageError(message["message"])
                return _Refusal(Verdict.ERROR, f"{message['refused']}: {message['message']}")
            event = from_dict(message)
            if isinstance(event, Ready):
                if self.ready is None:
                    self._emit(event)
                self.ready = event
                return None
        raise AssertionError("a worker's messages end with its death")

    def ask(self, check: str, question: str) -> CheckFinished:
        """The verdict of a check."""
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
        self._worker.order(order)
        for message in self._worker.messages():
            if isinstance(message, Death):
                self.close()
                return _ended(check, question, message, last, monotonic() - begin)
            if "lost" in message:
                self.close()
                death = Death("call" if message["faulted"] else "judge", message["lost"], "")
                return _ended(check, question, death, last, monotonic() - begin)
            event = from_dict(message)
            if isinstance(event, CheckFinished):
                return event
            if isinstance(event, CaseStarted):
                last = event
            self._emit(event)
        raise AssertionError("a worker's messages end with its death")


def _tell(death: Death) -> str:
    return death.how + (f"; its output ends: {death.output[-500:]}" if death.output else "")


def _ended(
    check: str, question: str, death: Death, last: CaseStarted | None, seconds: float
) -> CheckFinished:
    """A verdict for a worker that died: the subject's fault only if it died within its call."""
    cases = last.number if last else 0
    if death.phase != "call" or last is None:
        reason = f"the suite's process ended while judging: {_tell(death)}"
        return CheckFinished(check, question, Verdict.ERROR, cases, seconds, reason)
    finding = {"about": "call", "message": death.how}
    if death.output:
        finding["got"] = f"output ending in: {death.output[-500:]}"
    failure = Failure(last.case, (finding,))
    return CheckFinished(check, question, Verdict.FAIL, cases, seconds, death.how, (failure,))
