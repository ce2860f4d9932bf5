"""``conformance report``."""

import argparse

from conformance.cli.documents import Documents
from conformance.cli.outcome import outcome
from conformance.events.events import AllFinished
from conformance.events.verdict import ExitCode
from conformance.reports.json_log import read_log
from conformance.reports.merge import merge, told
from conformance.reports.terminal import TerminalReport
from conformance.runs.listeners import Listeners


def execute(options: argparse.Namespace) -> ExitCode:
    """Tell several logs as one. Raises ``ValueError`` for a file that is no log of this form."""
    documents = Documents(options)
    events = merge([read_log(path) for path in options.logs])
    documents.start()
    report = TerminalReport(documents.console, options.verbose)
    for event in told(events):
        report(event)
    end = events[-1]
    assert isinstance(end, AllFinished)
    documents.write(events)
    return outcome(end, Listeners([]), documents.files)
