"""What the reports of pytest say of subjects: kept as they come, summed up at the end.

Skipped items are no success: a session that decides nothing of a subject fails.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pytest

from conformance.pytest_plugin.node_ids import is_id

if TYPE_CHECKING:
    from conformance.pytest_plugin.asked import Asked

TOLD = pytest.StashKey[dict[str, str]]()
"""Of an item: what :mod:`~conformance.pytest_plugin.telling` says of the check that it asked."""
_ATTRIBUTE = "conformance"
"""The attribute of a report that has the same."""


CAUSES = pytest.StashKey[dict[str, list[str]]]()
"""Of a configuration: the causes of what failed in each run, line by line."""
_SENT = "conformance causes"
"""The key under which a process of pytest-xdist sends them."""


class Told:
    """A plugin of pytest that hears every report, also those of the processes of pytest-xdist.

    ``asked`` are the subjects that the user wants judged, whichever of their items pytest selects.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._causes = config.stash[CAUSES] = {}
        self.asked: Sequence[Asked] = ()
        self._told: dict[str, dict[str, str]] = {}
        """What is said of each item."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        report = yield
        told = item.stash.get(TOLD, None)
        if told is not None and call.when == "call":
            setattr(report, _ATTRIBUTE, told)
            if is_id(item.nodeid) and report.skipped and isinstance(report.longrepr, tuple):
                # The place where the suite skips tells nobody anything; the subject does.
                subject = item.nodeid.rpartition("::")[0]
                report.longrepr = (subject, None, report.longrepr[2])
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        told = getattr(report, _ATTRIBUTE, None)
        if told is not None:
            self._told[report.nodeid] = told

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Fail if all else went well."""
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput[_SENT] = self._causes
            return  # the controller of pytest-xdist judges the session
        if self._is_silent:
            return
        from conformance.pytest_plugin.telling import undecided

        missing = [each for each in undecided(self.asked, self._told) if not each.allowed]
        if exitstatus == pytest.ExitCode.OK and missing:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Hear what a process of pytest-xdist knows."""
        self._causes.update(getattr(node, "workeroutput", {}).get(_SENT, {}))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """A line for each subject: what is wrong, and of which nothing was decided."""
        if self._is_silent:
            return
        from conformance.pytest_plugin.telling import summary

        for line in summary(self.asked, self._told, self._causes):
            terminalreporter.write_line(line)

    @property
    def _is_silent(self) -> bool:
        return not self.asked and not self._told
