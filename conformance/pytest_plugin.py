"""The checks as pytest items: ``pytest --conformance-subject my_kernel.py:route``."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.events.events import CheckFinished
from conformance.events.request import Limits, Request
from conformance.events.verdict import Verdict
from conformance.policy.profiles import profile
from conformance.reports.failure import Origin, failure_lines, headline
from conformance.runs.session import LOAD, Session, UsageError

_SESSION = pytest.StashKey[Session]()
_LOADED = pytest.StashKey[CheckFinished]()
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
    """All checks of one subject of one operator; they share its process."""

    def __init__(self, *, operator: str, subject: str, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self.operator = operator
        self.subject = subject

    def collect(self) -> Iterator[pytest.Item]:
        from conformance.checks import CHECKS

        yield CheckItem.from_parent(self, name=LOAD, question="Can the subject be loaded?")
        for check in CHECKS:
            yield CheckItem.from_parent(self, name=check.id, question=check.question)

    def session_of_subject(self) -> Session:
        if _SESSION not in self.stash:
            option = self.config.option
            seed = self.config.stash[_SEED]
            request = Request(
                self.operator,
                self.subject,
                option.conformance_device,
                profile(option.conformance_profile),
                seed,
                waivers=tuple(str(path) for path in option.conformance_waivers),
                limits=Limits(),
            )
            self.stash[_SESSION] = Session(request, lambda event: None)
        return self.stash[_SESSION]

    def loaded(self) -> CheckFinished:
        """What came of loading the subject, which happens once."""
        if _LOADED not in self.stash:
            try:
                self.stash[_LOADED] = self.session_of_subject().load()
            except UsageError as error:
                pytest.exit(f"conformance: {error}", pytest.ExitCode.USAGE_ERROR)
        return self.stash[_LOADED]

    def teardown(self) -> None:
        if _SESSION in self.stash:
            self.stash[_SESSION].close()


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
        event = collector.loaded()
        if self.name != LOAD:
            if event.verdict is not Verdict.PASS:
                pytest.skip("NOT_RUN: the subject was not loaded")
            event = collector.session_of_subject().ask(self.name, self.question)
        if ready := collector.session_of_subject().ready:
            event = replace(event, execution=ready.execution)
        self.user_properties.append(("conformance", str(event.verdict)))
        text = "\n".join([headline(event), *self._details(event)])
        if event.verdict in (Verdict.FAIL, Verdict.ERROR):
            raise Nonconformant(text)
        if event.verdict in (Verdict.UNSUPPORTED, Verdict.NOT_RUN):
            pytest.skip(f"{event.verdict}: {event.reason}")
        if event.verdict is Verdict.WAIVED:
            pytest.xfail(text)

    def _details(self, event: CheckFinished) -> list[str]:
        option = self.config.option
        collector = self.parent
        assert isinstance(collector, SubjectCollector)
        origin = Origin(collector.operator, collector.subject, option.conformance_device)
        return [
            "  " + line for failure in event.failures for line in failure_lines(failure, origin)
        ]

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style=None):
        if isinstance(excinfo.value, Nonconformant):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        assert self.parent is not None
        return self.config.rootpath, None, f"{self.parent.name}: {self.name}"


def pytest_configure(config: pytest.Config) -> None:
    if config.option.conformance_subject:
        from conformance.api import new_seed

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

    operators = members(config.option.conformance_operator)
    for subject in config.option.conformance_subject:
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
