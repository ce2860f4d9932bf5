"""A session of pytest that asks checks as items of its own."""

from collections.abc import Generator, Sequence
from typing import Any

import pytest

from conformance.catalogue.objects import SubjectNotFound
from conformance.events.loading import UsageError
from conformance.policy.configuration import configuration_for
from conformance.pytest_plugin.asked import Asked, asked_by_ids, asked_by_names
from conformance.pytest_plugin.choices import occasion_of
from conformance.pytest_plugin.interrupts import Interrupts
from conformance.pytest_plugin.items import Conformance, ConformanceCheck
from conformance.pytest_plugin.node_ids import parse
from conformance.pytest_plugin.options import asks_something
from conformance.reports.foreign import one_line


class AskingSession:
    """A plugin of pytest that collects the items; registered only where something is asked.

    Raises ``pytest.UsageError`` for what does not exist, before anything is collected.
    """

    def __init__(self, config: pytest.Config, ids: Sequence[str], seed: int) -> None:
        self._seed = seed
        try:
            self.asked = _asked(config, ids, seed)
        except (ValueError, SubjectNotFound, UsageError) as error:
            raise pytest.UsageError(f"conformance: {one_line(str(error))}") from error
        if getattr(config.option, "dist", "no") != "no":
            # The subjects are in processes below those of pytest-xdist, which this one ends.
            interrupts = Interrupts()
            interrupts.begin()
            config.add_cleanup(interrupts.end)

    def pytest_report_header(self) -> list[str]:
        """What is asked, a line for each operator and device."""
        lines: dict[str, None] = {}
        for each in self.asked:
            lines[
                f"conformance: {each.operator}, profile {each.plan.request.profile.name}, "
                f"device {each.device}, seed {self._seed}"
            ] = None
        return list(lines)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Collect the items after all that the command line names."""
        report = yield
        if isinstance(collector, pytest.Session) and report.passed:
            report.result = [*report.result, Conformance.of(collector, self.asked)]
        return report

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Any:
        """Keep the checks of a subject together, so that it is started once, in whatever order
        other plugins want them."""
        result = yield
        groups: dict[object, list[pytest.Item]] = {}
        for item in items:
            together = item.parent if isinstance(item, ConformanceCheck) else item
            groups.setdefault(together, []).append(item)
        if len(groups) < len(items):
            items[:] = [item for group in groups.values() for item in group]
        return result

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """Keep them in one process of pytest-xdist."""
        from conformance.pytest_plugin.scheduling import scheduler

        return scheduler(config, log)


def _asked(config: pytest.Config, ids: Sequence[str], seed: int) -> tuple[Asked, ...]:
    """What the options ask, or, if there are any, what the ids name."""
    option = config.option
    configuration = configuration_for()
    occasion = occasion_of(option, seed, config.pluginmanager.hasplugin("cacheprovider"))
    names = list(option.conformance_operator)
    named = [
        parse(each, [name for name in configuration.operators if "::" in name]) for each in ids
    ]
    known: tuple[Asked, ...] = ()
    if asks_something(option) or (named and configuration.operators):
        known = asked_by_names(configuration, names, occasion)
    return asked_by_ids(configuration, named, occasion, known) if named else known
