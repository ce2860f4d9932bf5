"""The run of a subject, one step for each item that pytest runs."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from conformance.events.events import CheckFinished, Event, RunFinished
from conformance.events.loading import LOAD
from conformance.events.severity import Severity
from conformance.events.verdict import Verdict
from conformance.policy.failures import FailureRecord, RecordTrouble
from conformance.policy.stored import Store
from conformance.pytest_plugin.interrupts import Interrupts
from conformance.runs.plan import Checks, Plan
from conformance.runs.recorded import RecordedFailures
from conformance.runs.run import OpenSession, steps
from conformance.runs.session import Session
from conformance.runs.signals import checkpoint, held


class StepwiseRun:
    """A run that goes on by one step with each check that is asked, whichever and in any order.

    Loading is its first step, and happens once. A check that is asked a second time is asked
    again; so is loading, and a check that could not be asked: both start the subject anew. What
    breaks a step off, as a time limit of pytest's, ends the run: the next step begins another one.
    """

    def __init__(self, plan: Plan, open_session: OpenSession = Session) -> None:
        self._plan = plan
        self._open_session = open_session
        self._run: Iterator[CheckFinished] | None = None
        self._next: deque[str] = deque()
        """The check that the run asks in its next step; nothing if that is to be its last."""
        self._told: dict[str, CheckFinished] = {}
        self.checks: dict[str, CheckFinished] = {}
        """What came of every check that was asked, at last."""
        self.troubles: list[str] = []
        """What went wrong beside the subject, such as a store that cannot be read: a line each."""
        self._record = RecordedFailures(FailureRecord(None))
        self._seen: set[str] = set()
        """The checks that this run was to ask."""
        self._interrupts = Interrupts()

    def finished(self, check: str) -> CheckFinished | None:
        """What came of a check, asked now.

        None if the subject was not loaded; but a failure to load is told to whoever asks first.
        Raises :class:`~conformance.events.loading.UsageError`.
        """
        self._interrupts.begin()
        try:
            with held():
                event = self._asked(check)
        except BaseException:
            self._run = None
            raise
        checkpoint()
        return event

    def answer(self, check: str, question: str) -> CheckFinished:
        """What comes of a check, asked or not: one that is left out starts nothing."""
        severity = self._plan.severity_of(check)
        if severity is Severity.OFF:
            reason = "left out: its severity is off"
        elif event := self.finished(check):
            return event
        else:
            reason = f"the subject was not loaded, {self.loaded.verdict}: {self.loaded.reason}"
        return CheckFinished(check, question, Verdict.NOT_RUN, reason=reason, severity=severity)

    @property
    def loaded(self) -> CheckFinished:
        """What came of loading."""
        return self._told[LOAD]

    @property
    def _is_loaded(self) -> bool:
        return self.loaded.verdict is Verdict.PASS

    def _asked(self, check: str) -> CheckFinished | None:
        if check in self._seen and (check == LOAD or not self._is_loaded):
            self._end()
        if self._run is None:
            self._start()
        first = not self._seen
        self._seen.add(check)
        if check == LOAD:
            return self.loaded
        if not self._is_loaded:
            failed = self.loaded.verdict in (Verdict.FAIL, Verdict.ERROR)
            return self.loaded if first and failed else None
        assert self._run is not None
        self._next.append(check)
        next(self._run)
        return self._told[check]

    def _start(self) -> None:
        self._told.clear()
        self._next.clear()
        self._seen.clear()
        fail_fast = self._plan.asks.fail_fast
        plan = replace(self._plan, asks=Checks(self._wanted(), fail_fast))
        folder = plan.request.store
        store = Store(Path(folder) if folder else None)
        self._record = RecordedFailures(FailureRecord.beside(store.folder))
        self._run = steps(plan, [self._hear], store, self._open_session)
        next(self._run)

    def _wanted(self) -> Iterator[str]:
        while self._next:
            yield self._next.popleft()

    def _hear(self, event: Event) -> None:
        if isinstance(event, CheckFinished):
            self._told[event.check] = self.checks[event.check] = event
        if isinstance(event, RunFinished):
            self.troubles += event.troubles
        try:
            self._record(event)
        except RecordTrouble as trouble:
            self.troubles.append(str(trouble))

    def _end(self) -> None:
        run, self._run = self._run, None
        if run is not None:
            # There is no next check, so that the run ends.
            next(run, None)

    def close(self) -> None:
        """End the run and its processes."""
        with held():
            self._end()
            self._interrupts.end()
