"""``conformance report``."""

import argparse

from conformance.cli.outcome import check_files, complain, outcome
from conformance.events.events import AllFinished
from conformance.events.verdict import ExitCode
from conformance.reports.files import FileReport
from conformance.reports.json_log import as_json, read_log
from conformance.reports.junit import as_junit
from conformance.reports.merge import merge, told
from conformance.reports.terminal import TerminalReport
from conformance.runs.listeners import Listeners


def execute(options: argparse.Namespace) -> ExitCode:
    """Tell several logs as one. Raises ``ValueError`` for a file that is no log of this form."""
    check_files(options.json, options.junit)
    events = merge([read_log(path) for path in options.logs])
    report = TerminalReport(verbose=options.verbose)
    for event in told(events):
        report(event)
    files = []
    if options.json:
        files.append(FileReport(options.json, as_json, complain))
    if options.junit:
        files.append(FileReport(options.junit, as_junit, complain))
    end = events[-1]
    assert isinstance(end, AllFinished)
    for file in files:
        file.write(events)
    return outcome(end, Listeners([]), files)
