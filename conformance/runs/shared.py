"""A session that several runs take turns in: torch is imported once."""

from collections.abc import Callable
from functools import partial

from conformance.events.events import CheckFinished, Ready
from conformance.events.request import Request
from conformance.events.verdict import Verdict
from conformance.runs.plan import Listener
from conformance.runs.process import WatchedJudge
from conformance.runs.session import Session


class Stopped(BaseException):
    """Ends a run whose events nobody wants any more."""


class SharedSession:
    """A process that is asked one operator after the other, as long as no subject ends it.

    ``start`` starts its judge in another way than a session does.
    """

    def __init__(self, start: Callable[[Request], WatchedJudge] | None = None) -> None:
        self._open: Callable[[Request, Listener], Session] = Session
        if start is not None:
            self._open = partial(Session, start=start)
        self._session: Session | None = None

    def turned_to(self, request: Request, emit: Listener) -> "Turn":
        """The session as the next run sees it."""
        if self._session is None:
            self._session = self._open(request, emit)
        return Turn(self._session, request, emit)

    def compile_ahead(self, request: Request) -> bool:
        """Have compiled what a run with this request will launch, and wait; whether it is."""
        turn = self.turned_to(request, lambda event: None)
        return turn.load().verdict is Verdict.PASS and turn.compile_ahead()

    def kill(self) -> None:
        """End what runs, from another thread."""
        if self._session is not None:
            self._session.kill()

    def close(self) -> None:
        if self._session is not None:
            self._session.close()


class Turn:
    """What one run sees of a shared session: a session that stays open when the run is over."""

    def __init__(self, session: Session, request: Request, emit: Listener) -> None:
        self._session, self._request, self._emit = session, request, emit

    def __enter__(self) -> "Turn":
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    @property
    def ready(self) -> Ready | None:
        return self._session.ready

    def load(self) -> CheckFinished:
        return self._session.turn_to(self._request, self._emit)

    def compile_ahead(self) -> bool:
        return self._session.compile_ahead()

    def ask(self, check: str, question: str) -> CheckFinished:
        return self._session.ask(check, question)

    def examine(self, aspect: str, question: str) -> CheckFinished:
        return self._session.examine(aspect, question)

    def replay(self, check: str, question: str, line: str) -> CheckFinished:
        return self._session.replay(check, question, line)
