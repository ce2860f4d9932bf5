"""The checks of a subject as pytest items."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.catalogue.operators import find_operator, operator_names
from conformance.checks.listing import Listed, listed, listed_of_generation
from conformance.events.events import CheckFinished, Event
from conformance.events.loading import LOAD, LOAD_QUESTION, UsageError
from conformance.events.request import Request
from conformance.events.verdict import Verdict
from conformance.policy.profiles import profile
from conformance.pytest_plugin.interrupts import Interrupts
from conformance.pytest_plugin.settings import settings_of
from conformance.reports.failure import Origin, failure_lines, headline
from conformance.reports.foreign import indented, one_line
from conformance.runs.plan import Checks, Plan
from conformance.runs.run import steps
from conformance.runs.signals import checkpoint, held

VERDICT = "conformance"
"""The property of a report that has the verdict of its item."""
SUBJECT = "conformance subject"
"""The property of a report that names the subject of its item."""


def _listed(operator: str) -> tuple[Listed, ...]:
    """The checks of an operator. What a file holds is not known before the judge has read it:
    its checks are those of kernels."""
    if operator in operator_names() and find_operator(operator).contract.asks == "generation":
        return listed_of_generation()
    return listed()


class SubjectCollector(pytest.Collector):
    """All checks of one subject of one operator: the items of one run, which they share."""

    def __init__(self, *, operator: str, subject: str, seed: int, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self._operator = operator
        self.subject = subject
        self._seed = seed
        self._run: Iterator[CheckFinished] | None = None
        self._next: deque[str] = deque()
        """The check that the run asks in its next step; nothing if that is to be its last."""
        self._told: dict[str, CheckFinished] = {}
        self._interrupts = Interrupts()

    def collect(self) -> Iterator[pytest.Item]:
        yield CheckItem.from_parent(self, name=LOAD, question=LOAD_QUESTION)
        for check in _listed(self._operator):
            yield CheckItem.from_parent(self, name=check.id, question=check.question)

    def finished(self, check: str) -> CheckFinished | None:
        """What came of a check, asked now; None if the subject was not loaded.

        The run goes on by one step with each item that pytest runs, whichever these are and in
        whatever order. Loading is the first step, and happens once.
        """
        self._interrupts.begin()
        try:
            with held():
                asked = self._asked(check)
        except UsageError as error:
            pytest.exit(f"conformance: {indented(str(error))}", pytest.ExitCode.USAGE_ERROR)
        checkpoint()
        return self._told[check] if asked else None

    def _asked(self, check: str) -> bool:
        if self._run is None:
            self._run = self._started()
            next(self._run)
        if check == LOAD:
            return True
        self._next.append(check)
        return next(self._run, None) is not None

    def why_not_loaded(self) -> str:
        """The verdict and the reason of loading."""
        loaded = self._told[LOAD]
        return f"{loaded.verdict}: {loaded.reason}"

    def _started(self) -> Iterator[CheckFinished]:
        option = self.config.option
        request = Request(
            self._operator,
            self.subject,
            option.conformance_device,
            profile(option.conformance_profile),
            self._seed,
            waivers=tuple(option.conformance_waivers),
            shipped_waivers=not option.conformance_no_shipped_waivers,
            settings=settings_of(option.conformance_setting),
        )
        self._told.clear()
        self._next.clear()
        return steps(Plan(request, Checks(self._wanted())), [self._hear])

    def _wanted(self) -> Iterator[str]:
        while self._next:
            yield self._next.popleft()

    def _hear(self, event: Event) -> None:
        if isinstance(event, CheckFinished):
            self._told[event.check] = event

    def teardown(self) -> None:
        with held():
            run, self._run = self._run, None
            if run is not None:
                # There is no next check, so that the run ends.
                next(run, None)
            self._interrupts.end()


class Nonconformant(Exception):
    """A check's failure, as text."""


class CheckItem(pytest.Item):
    """One check of one subject."""

    def __init__(self, *, question: str, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self.question = question

    def runtest(self) -> None:
        collector = self.parent
        assert isinstance(collector, SubjectCollector)
        event = collector.finished(self.name)
        verdict = Verdict.NOT_RUN if event is None else event.verdict
        self.user_properties += [(VERDICT, str(verdict)), (SUBJECT, collector.subject)]
        if event is None:
            pytest.skip(
                one_line(f"NOT_RUN: the subject was not loaded, {collector.why_not_loaded()}")
            )
        origin = Origin.of(event.run)
        details = [line for failure in event.failures for line in failure_lines(failure, origin)]
        text = "\n".join([headline(event), *(f"  {line}" for line in details)])
        if event.verdict in (Verdict.FAIL, Verdict.ERROR):
            raise Nonconformant(text)
        if event.verdict in (Verdict.UNSUPPORTED, Verdict.NOT_RUN):
            pytest.skip(one_line(f"{event.verdict}: {event.reason}"))
        if event.verdict is Verdict.WAIVED:
            pytest.xfail(text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style=None):
        if isinstance(excinfo.value, Nonconformant):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        assert self.parent is not None
        return self.config.rootpath, None, f"{self.parent.name}: {self.name}"
