"""The exit code of a run, and what is told beside its report."""

import sys
from collections.abc import Sequence

from conformance.events.events import AllFinished, RunFinished
from conformance.events.verdict import ExitCode, Verdict, exit_code
from conformance.reports.files import FileReport
from conformance.reports.foreign import one_line
from conformance.runs.listeners import Listeners


def complain(trouble: str) -> None:
    """Tell trouble on one line."""
    print(f"conformance: {one_line(trouble)}", file=sys.stderr)


def outcome(
    end: RunFinished | AllFinished,
    told: Listeners,
    files: Sequence[FileReport],
    unsupported_ok: bool = False,
) -> ExitCode:
    """What the verdict says, if nothing went wrong beside the subject, or if it is FAIL.

    Otherwise the code is that of a wrong use: a report that was asked for is not there, or the
    kept cases were not asked. Raises ``BrokenPipeError`` if nobody reads what is printed.
    """
    for trouble in told.troubles:
        if isinstance(trouble, BrokenPipeError):
            raise trouble
        complain(f"{type(trouble).__name__}: {trouble}")
    for text in end.troubles:
        complain(text)
    code = exit_code(end.verdict)
    if code is ExitCode.NOT_CONFORMANT:
        return code
    if told.troubles or end.troubles or any(file.trouble for file in files):
        return ExitCode.USAGE
    if end.verdict is Verdict.UNSUPPORTED and unsupported_ok:
        return ExitCode.CONFORMANT
    return code
