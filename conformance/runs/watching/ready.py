"""A judge that stands ready before it is needed: torch is imported while an author still types."""

from collections.abc import Callable

from conformance.events.request import Request
from conformance.runs.process import WatchedJudge


class SaveCame(BaseException):
    """A file changed: what is asked now is asked of something that is not there any more."""


class ReadyJudges:
    """Judges, each used for one round, so that nothing of an earlier state is left in it.

    The zygote of a judge that stands ready has imported what all need, and nothing of a subject or
    a contract. ``interrupt`` is called while a judge is waited for, and may raise.
    """

    def __init__(self, interrupt: Callable[[], None]) -> None:
        self._interrupt = interrupt
        self._spare: _Judge | None = None

    def prepare(self) -> None:
        """Start the next one, if none stands ready."""
        if self._spare is None:
            self._spare = _Judge(None, self._interrupt)

    def take(self, request: Request) -> WatchedJudge:
        """A judge that loads the subject of a request."""
        self.prepare()
        judge, self._spare = self._spare, None
        assert judge is not None
        judge.begin(request)
        return judge

    def close(self) -> None:
        """End the one that stands ready."""
        if self._spare is not None:
            self._spare.drop()
            self._spare = None


class _Judge(WatchedJudge):
    def __init__(self, request: Request | None, interrupt: Callable[[], None]) -> None:
        super().__init__(request)
        self._interrupt = interrupt

    def _excess(self) -> str | None:
        self._interrupt()
        return super()._excess()

    def drop(self) -> None:
        """End it at once, also while it imports: nobody has asked it anything."""
        self._process.kill()
        self._process.wait()
        self.close()
