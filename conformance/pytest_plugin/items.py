"""The checks of subjects as nodes of pytest: an operator, its subjects, their checks."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from conformance.events.loading import UsageError
from conformance.pytest_plugin.asked import Asked
from conformance.pytest_plugin.failing import shown
from conformance.pytest_plugin.node_ids import ROOT, USUAL_DEVICE, item_name, subject_id
from conformance.pytest_plugin.outcome import end_run, judge, place_of_subject
from conformance.pytest_plugin.raised import Nonconformant
from conformance.pytest_plugin.running import StepwiseRun
from conformance.reports.foreign import indented


class Conformance(pytest.Collector):
    """Everything that the session asks, below pytest's own session."""

    @classmethod
    def of(cls, session: pytest.Session, asked: Sequence[Asked]) -> "Conformance":
        node = cls.from_parent(session, name=ROOT, nodeid=ROOT)
        assert isinstance(node, cls)
        node.asked = asked
        return node

    asked: Sequence[Asked]

    def collect(self) -> Iterator[pytest.Collector]:
        for name in dict.fromkeys(each.operator for each in self.asked):
            node = ConformanceOperator.from_parent(self, name=name, nodeid=subject_id(name, None))
            node.asked = [each for each in self.asked if each.operator == name]
            yield node


class ConformanceOperator(pytest.Collector):
    """The subjects of one operator."""

    asked: Sequence[Asked]

    def collect(self) -> Iterator[pytest.Collector]:
        for each in self.asked:
            on = "" if each.device == USUAL_DEVICE else f" on {each.device}"
            node = ConformanceSubject.from_parent(
                self,
                name=f"{each.subject or 'its own subject'}{on}",
                nodeid=subject_id(each.operator, each.subject),
            )
            node.asked = each
            yield node


class ConformanceSubject(pytest.Collector):
    """All checks of one subject on one device: the items of one run, which they share."""

    asked: Asked
    _run: StepwiseRun | None = None

    @property
    def run(self) -> StepwiseRun:
        """The run; nothing is started before a check is asked."""
        if self._run is None:
            self._run = StepwiseRun(self.asked.plan)
        return self._run

    def collect(self) -> Iterator[pytest.Item]:
        for check in self.asked.items:
            name = item_name(check.id, self.asked.device)
            item = ConformanceCheck.from_parent(self, name=name)
            item.check, item.question = check.id, check.question
            yield item

    def teardown(self) -> None:
        if self._run is not None:
            end_run(self.config, self._run)


class ConformanceCheck(pytest.Item):
    """One check of one subject."""

    check: str
    question: str

    @property
    def subject(self) -> ConformanceSubject:
        assert isinstance(self.parent, ConformanceSubject)
        return self.parent

    def runtest(self) -> None:
        asked = self.subject.asked
        try:
            event = self.subject.run.answer(self.check, self.question)
        except UsageError as error:
            pytest.exit(f"conformance: {indented(str(error))}", pytest.ExitCode.USAGE_ERROR)
        judge(self, event, asked.plan.request, asked.group, asked.allowed)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, Nonconformant):
            return shown(excinfo, self._place, self.config.option.tbstyle)
        return super().repr_failure(excinfo, style)

    @property
    def _place(self) -> str:
        """The file of the subject; the id of the subject if it is in none."""
        return place_of_subject(self.subject.asked.subject) or self.subject.nodeid

    def reportinfo(self) -> tuple[Path, None, str]:
        asked = self.subject.asked
        who = ", ".join(filter(None, (asked.operator, asked.subject)))
        return self.config.rootpath, None, f"{who}: {self.name}"
