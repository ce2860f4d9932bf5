"""What ``check`` and ``registrations`` read from their options in the same way."""

import argparse
from dataclasses import replace

from conformance.checks.listing import (
    listed,
    listed_of_captured_calls,
    listed_of_registrations,
)
from conformance.cli.engine_options import settings_of
from conformance.cli.limits import limits_of
from conformance.cli.outcome import check_files, complain, outcome
from conformance.cli.values import device_of
from conformance.events.events import AllFinished, RunFinished
from conformance.events.request import Request
from conformance.events.verdict import ExitCode
from conformance.policy.failures import FailureRecord
from conformance.policy.profiles import profile
from conformance.policy.stored import Store
from conformance.reports.files import FileReport
from conformance.reports.json_log import GrowingLog
from conformance.reports.junit import as_junit
from conformance.reports.terminal import TerminalReport
from conformance.runs.listeners import Listeners
from conformance.runs.names import check_waivers
from conformance.runs.plan import Checks, new_seed
from conformance.runs.recorded import RecordedFailures


class Asking:
    """How much is asked, with which seed, who listens, and where reports and cases go.

    Raises ``ValueError`` for one file twice and for a profile that does not exist, and
    :class:`~conformance.events.loading.UsageError` for waivers that cannot be read.
    """

    def __init__(self, options: argparse.Namespace) -> None:
        check_files(options.json, options.junit)
        self._options = options
        self._folder = None if options.no_store else options.store
        self._seed = new_seed() if options.seed is None else options.seed
        self._effort = profile(options.profile)
        if getattr(options, "targets", None):
            self._effort = replace(self._effort, targets=options.targets)
        check_waivers(options.waivers, not options.no_shipped_waivers)
        self._files = []
        if options.json:
            self._files.append(FileReport(options.json, GrowingLog(), complain))
        if options.junit:
            self._files.append(FileReport(options.junit, as_junit, complain))
        kept = RecordedFailures(FailureRecord.beside(self._folder))
        self.told = Listeners([TerminalReport(verbose=options.verbose), *self._files, kept])
        self.store = Store(self._folder)
        self.checks = Checks(_wanted(options), options.fail_fast)

    def request(self, operator: str, subject: str | None) -> Request:
        """The request for one operator."""
        options = self._options
        return Request(
            operator,
            subject,
            device_of(options),
            self._effort,
            self._seed,
            str(self._folder) if self._folder else None,
            tuple(str(path) for path in options.waivers),
            limits_of(options),
            not options.no_shipped_waivers,
            cases=_folder(options),
            settings=settings_of(options),
        )

    def split(self) -> tuple[Checks | None, Checks | None]:
        """The checks of a registration and those of a contract; None where none is asked."""
        wanted, fast = tuple(self._options.check), self._options.fail_fast
        if not wanted:
            return Checks((), fast), Checks((), fast)
        sides = []
        for known in (listed_of_registrations(), listed()):
            own = tuple(id_ for id_ in wanted if id_ in [check.id for check in known])
            sides.append(Checks(own, fast) if own else None)
        return sides[0], sides[1]

    def outcome(self, end: RunFinished | AllFinished) -> ExitCode:
        """The exit code, with what went wrong beside the subject told."""
        return outcome(end, self.told, self._files, self._options.unsupported_ok)


def _folder(options: argparse.Namespace) -> str | None:
    """The folder of captured calls, if there is one."""
    cases = getattr(options, "cases", None)
    return str(cases) if cases else None


def _wanted(options: argparse.Namespace) -> tuple[str, ...]:
    """The checks that are named; where there are captured calls and none is, those of these.

    Raises ``ValueError`` for a check of captured calls where there are none.
    """
    of_captured = tuple(check.id for check in listed_of_captured_calls())
    wanted = tuple(options.check)
    if _folder(options) is not None:
        return wanted or of_captured
    if lacking := [check for check in wanted if check in of_captured]:
        raise ValueError(f"{lacking[0]} is asked of captured calls: give their folder, --cases DIR")
    return wanted
