"""Skipped items are no success: a session that decides nothing of a subject fails."""

from collections.abc import Iterable

import pytest

from conformance.events.loading import LOAD
from conformance.events.verdict import ExitCode, Verdict, exit_code, overall
from conformance.pytest_plugin.items import SUBJECT, VERDICT
from conformance.reports.foreign import one_line


class Undecided:
    """A plugin of pytest that hears every report, also those of the processes of pytest-xdist.

    ``subjects`` are those that the user wants judged, whichever of their items pytest selects.
    ``allowed`` leaves the exit code alone; what was not decided is told in any case.
    """

    def __init__(self, subjects: Iterable[str], allowed: bool) -> None:
        self._allowed = allowed
        self._told: dict[str, dict[str, Verdict]] = {subject: {} for subject in subjects}
        """For each subject, what came of its items, by their ids."""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        found = dict(report.user_properties)
        if report.when == "call" and SUBJECT in found:
            verdict = Verdict(str(found[VERDICT]))
            self._told.setdefault(str(found[SUBJECT]), {})[report.nodeid] = verdict

    def _subjects(self) -> list[str]:
        """The subjects of which nothing was decided, each with the verdict."""
        found = []
        for subject, told in self._told.items():
            # As in a run: that the subject loads decides nothing, unless nothing else is asked.
            loaded = [item for item in told if item.endswith(f"::{LOAD}")]
            passed = [item for item in loaded if told[item] is Verdict.PASS]
            asked = [verdict for item, verdict in told.items() if item not in passed]
            verdict = overall(asked or told.values())
            if exit_code(verdict) is ExitCode.UNDECIDED:
                found.append(f"{subject} ({verdict})")
        return found

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Fail if all else went well."""
        if exitstatus == pytest.ExitCode.OK and self._subjects() and not self._allowed:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say of which subjects nothing was decided."""
        for subject in self._subjects():
            terminalreporter.write_line(one_line(f"conformance: nothing was decided of {subject}"))
