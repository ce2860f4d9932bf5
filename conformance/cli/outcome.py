"""The exit code of a run, and what is told beside its report."""

import os
import sys
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path

from conformance.events.events import AllFinished, RunFinished
from conformance.events.verdict import ExitCode, Verdict, exit_code
from conformance.policy.failures import RecordTrouble
from conformance.policy.writing import check_place, is_stream
from conformance.reports.files import FileReport
from conformance.reports.foreign import one_line
from conformance.runs.listeners import Listeners


def complain(trouble: str) -> None:
    """Tell trouble on one line."""
    print(f"conformance: {one_line(trouble)}", file=sys.stderr)


def check_files(named: Iterable[tuple[str, Path]]) -> None:
    """Raise ``ValueError`` for one file that is to be written twice.

    ``named`` are options with what they name. Raises ``OSError`` for a path that can never be that
    of a file.
    """
    given = list(named)
    for _, path in given:
        check_place(path)
    for (option, path), (other_option, other) in combinations(given, 2):
        if os.path.realpath(path) == os.path.realpath(other) and not is_stream(path):
            options = " and ".join(dict.fromkeys((option, other_option)))
            raise ValueError(f"{options} both name {path}: name two files")


def outcome(
    end: RunFinished | AllFinished,
    told: Listeners,
    files: Sequence[FileReport],
    unsupported_ok: bool = False,
) -> ExitCode:
    """What the verdict says, if nothing went wrong beside the subject, or if it is FAIL.

    Otherwise the code is that of a wrong use: a report that was asked for is not there, or the
    kept cases were not asked.
    """
    for trouble in told.troubles:
        if isinstance(trouble, RecordTrouble) and end.troubles:
            continue  # the record lies beside the store, whose trouble is told
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
