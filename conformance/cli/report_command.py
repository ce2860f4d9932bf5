"""``conformance report``."""

import argparse

from conformance.events.events import AllFinished
from conformance.events.verdict import ExitCode, exit_code
from conformance.reports.files import write_whole
from conformance.reports.json_log import as_json, read_log
from conformance.reports.junit import as_junit
from conformance.reports.merge import merge, told
from conformance.reports.terminal import TerminalReport


def execute(options: argparse.Namespace) -> ExitCode:
    """Tell several logs as one. Raises ``ValueError`` for a file that is no log of this form."""
    if options.json and options.json == options.junit:
        raise ValueError(f"--json and --junit both name {options.json}: name two files")
    events = merge([read_log(path) for path in options.logs])
    report = TerminalReport(verbose=options.verbose)
    for event in told(events):
        report(event)
    if options.json:
        write_whole(options.json, as_json(events))
    if options.junit:
        write_whole(options.junit, as_junit(events))
    end = events[-1]
    assert isinstance(end, AllFinished)
    return exit_code(end.verdict)
