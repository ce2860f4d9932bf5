"""What ``check``, ``registrations`` and ``generate`` read from their options in the same way."""

import argparse
from dataclasses import replace
from pathlib import Path

from conformance.cli.baseline import Baseline
from conformance.cli.documents import Documents
from conformance.cli.options.choices import choices_of, configuration_of
from conformance.cli.outcome import outcome
from conformance.events.events import AllFinished, RunFinished
from conformance.events.request import Request
from conformance.events.verdict import ExitCode
from conformance.policy.failures import FailureRecord
from conformance.policy.stored import Store
from conformance.reports.terminal import TerminalReport
from conformance.reports.text.durations import Durations
from conformance.runs.configured import (
    DEFAULT_PROFILE,
    Occasion,
    check_severities,
    checks_of,
    effort_of,
    request_of,
    store_of,
)
from conformance.runs.listeners import Listener, Listeners
from conformance.runs.names import check_ids, check_waivers
from conformance.runs.plan import Plan, new_seed
from conformance.runs.recorded import RecordedFailures


class Asking:
    """How much is asked, with which seed, who listens, and where reports and cases go.

    Raises ``ValueError`` for one file twice, for a profile that does not exist and for a
    configuration that cannot be read, and :class:`~conformance.events.loading.UsageError` for
    waivers that cannot be read and for checks that do not exist.
    """

    def __init__(self, options: argparse.Namespace, profile: str = DEFAULT_PROFILE) -> None:
        documents = Documents(options)
        self._options = options
        self.configuration = configuration_of(options)
        said = choices_of(options)
        self._baseline = Baseline(options.write_waivers) if options.write_waivers else None
        if self._baseline is not None and options.write_waivers.exists():
            said = replace(said, waivers=(*said.waivers, str(options.write_waivers)))
        check_ids(list(said.severity))
        check_severities(self.configuration)
        self.occasion = Occasion(
            said,
            new_seed() if options.seed is None else options.seed,
            getattr(options, "imports", None) or "",
            getattr(options, "contract", None) or "",
            getattr(options, "example", None) or "",
            str(options.cases) if getattr(options, "cases", None) else None,
            profile=profile,
        )
        self.choices = said.over(self.configuration.choices)
        """What stands for every operator."""
        effort_of(self.choices, profile)
        check_waivers(map(Path, self.choices.waivers), self.choices.shipped_waivers is not False)
        folder = store_of(self.choices)
        self.store = Store(Path(folder) if folder else None)
        self._files = documents.files
        self.console = documents.console
        """Where text goes."""
        wanted = tuple(checks_of(self.choices, self.occasion.cases).ids)
        wanted = wanted or effort_of(self.choices, profile).checks
        report = TerminalReport(
            self.console,
            options.verbose,
            wanted=wanted,
            durations=Durations.cached(),
            recorded=self.store.folder is not None,
        )
        recorded = RecordedFailures(FailureRecord.beside(self.store.folder))
        listeners: list[Listener] = [report, *documents.listeners, recorded]
        if self._baseline is not None:
            listeners.append(self._baseline)
        self.told = Listeners(listeners)
        documents.start()

    @property
    def device(self) -> str:
        """Where subjects run, if every one runs at the same place."""
        return (self.choices.devices or ("cpu",))[0]

    def plan(self, operator: str, subject: str | None, **further: object) -> Plan:
        """The plan for one operator. ``further`` are fields of its request."""
        request = request_of(operator, subject, self.device, self.choices, self.occasion)
        request = replace(request, **further)  # type: ignore[arg-type]
        return self.planned(request)

    def planned(self, request: Request) -> Plan:
        """The plan for a request: the checks that are chosen, and what their failures decide."""
        asks = checks_of(self.choices, self.occasion.cases)
        return Plan(request, asks, self.choices.severity)

    def outcome(self, end: RunFinished | AllFinished) -> ExitCode:
        """The exit code, with what went wrong beside the subject told."""
        if self._baseline is not None:
            self._baseline.write()
        allowed = bool(self.choices.unsupported_ok)
        return outcome(end, self.told, self._files, allowed)
