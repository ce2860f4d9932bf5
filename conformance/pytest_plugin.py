"""The checks as pytest items: ``pytest --conformance-subject my_kernel.py:route``."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.checks.listing import listed
from conformance.events.events import CheckFinished, Event
from conformance.events.loading import LOAD, LOAD_QUESTION, UsageError
from conformance.events.request import Request
from conformance.events.verdict import Verdict
from conformance.policy.profiles import profile
from conformance.reports.failure import Origin, failure_lines, headline
from conformance.runs.plan import Checks, Plan, new_seed
from conformance.runs.run import steps

_SEED = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("conformance", "conformance of custom kernels")
    add = group.addoption
    add(
        "--conformance-operator",
        default="gemma4_routing",
        metavar="NAME",
        help="the operator whose contract is asked, or a family of them (default: %(default)s)",
    )
    add(
        "--conformance-subject",
        action="append",
        default=[],
        metavar="S",
        help="a subject to judge, as for 'conformance check --subject'; repeatable",
    )
    add("--conformance-profile", default="gate", metavar="NAME", help="quick, gate or qualify")
    add("--conformance-device", default="cpu", metavar="NAME", help="cpu, cuda, xpu, cuda:1, …")
    add("--conformance-seed", type=int, default=None, metavar="N", help="seed of the draws")
    add(
        "--conformance-waivers",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a further TOML file of waivers; repeatable",
    )


class SubjectCollector(pytest.Collector):
    """All checks of one subject of one operator: the items of one run, which they share."""

    def __init__(self, *, operator: str, subject: str, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self._operator = operator
        self._subject = subject
        self._run: Iterator[CheckFinished] | None = None
        self._next: deque[str] = deque()
        """The check that the run asks in its next step; nothing if that is to be its last."""
        self._told: dict[str, CheckFinished] = {}

    def collect(self) -> Iterator[pytest.Item]:
        yield CheckItem.from_parent(self, name=LOAD, question=LOAD_QUESTION)
        for check in listed():
            yield CheckItem.from_parent(self, name=check.id, question=check.question)

    def finished(self, check: str) -> CheckFinished | None:
        """What came of a check, asked now; None if the subject was not loaded.

        The run goes on by one step with each item that pytest runs, whichever these are and in
        whatever order. Loading is the first step, and happens once.
        """
        try:
            if self._run is None:
                self._run = self._started()
                next(self._run)
            if check != LOAD:
                self._next.append(check)
                if next(self._run, None) is None:
                    return None
        except UsageError as error:
            pytest.exit(f"conformance: {error}", pytest.ExitCode.USAGE_ERROR)
        return self._told[check]

    def _started(self) -> Iterator[CheckFinished]:
        option = self.config.option
        request = Request(
            self._operator,
            self._subject,
            option.conformance_device,
            profile(option.conformance_profile),
            self.config.stash[_SEED],
            waivers=tuple(str(path) for path in option.conformance_waivers),
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
        run, self._run = self._run, None
        if run is not None:
            # There is no next check, so that the run ends.
            next(run, None)


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
        if event is None:
            pytest.skip("NOT_RUN: the subject was not loaded")
        self.user_properties.append(("conformance", str(event.verdict)))
        origin = Origin.of(event.run)
        details = [line for failure in event.failures for line in failure_lines(failure, origin)]
        text = "\n".join([headline(event), *(f"  {line}" for line in details)])
        if event.verdict in (Verdict.FAIL, Verdict.ERROR):
            raise Nonconformant(text)
        if event.verdict in (Verdict.UNSUPPORTED, Verdict.NOT_RUN):
            pytest.skip(f"{event.verdict}: {event.reason}")
        if event.verdict is Verdict.WAIVED:
            pytest.xfail(text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style=None):
        if isinstance(excinfo.value, Nonconformant):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        assert self.parent is not None
        return self.config.rootpath, None, f"{self.parent.name}: {self.name}"


def pytest_configure(config: pytest.Config) -> None:
    if config.option.conformance_subject:
        try:
            profile(config.option.conformance_profile)
        except ValueError as error:
            raise pytest.UsageError(f"--conformance-profile: {error}") from error
        given = config.option.conformance_seed
        config.stash[_SEED] = new_seed() if given is None else given


def pytest_report_header(config: pytest.Config) -> list[str]:
    if not config.option.conformance_subject:
        return []
    option = config.option
    return [
        f"conformance: {option.conformance_operator}, profile {option.conformance_profile}, "
        f"device {option.conformance_device}, seed {config.stash[_SEED]}"
    ]


def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add the subjects' items to whatever else was collected."""
    if not config.option.conformance_subject:
        return
    from conformance.catalogue.operators import members
    from conformance.runs.names import check_names

    operators = members(config.option.conformance_operator)
    for subject in config.option.conformance_subject:
        try:
            check_names(operators, subject)
        except UsageError as error:
            raise pytest.UsageError(f"conformance: {error}") from error
        for operator in operators:
            name = subject if len(operators) == 1 else f"{operator} {subject}"
            collector = SubjectCollector.from_parent(
                session,
                name=name,
                nodeid=f"conformance::{name}",
                operator=operator,
                subject=subject,
            )
            items.extend(collector.collect())
