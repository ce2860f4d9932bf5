"""``conformance report``."""

import argparse

from conformance.cli.outcome import complain, outcome
from conformance.events.events import AllFinished
from conformance.events.verdict import ExitCode
from conformance.policy.writing import check_place
from conformance.reports.files import FileReport
from conformance.reports.json_log import as_json, read_log
from conformance.reports.junit import as_junit
from conformance.reports.merge import merge, told
from conformance.reports.terminal import TerminalReport
from conformance.runs.listeners import Listeners


def execute(options: argparse.Namespace) -> ExitCode:
    """Tell several logs as one. Raises ``ValueError`` for a file that is no log of this form."""
    if options.json and options.json == options.junit:
        raise ValueError(f"--json and --junit both name {options.json}: name two files")
    for path in filter(None, (options.json, options.junit)):
        check_place(path)
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
