"""``conformance bench``."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from conformance.catalogue.operators import find_operator, members, with_settings
from conformance.cli.options.engine import settings_of
from conformance.cli.outcome import check_files, complain
from conformance.contract import Operator
from conformance.events.verdict import ExitCode
from conformance.measuring.document import as_json
from conformance.measuring.points import points_of
from conformance.measuring.request import MeasuringRequest
from conformance.measuring.result import SUBJECT, Result
from conformance.measuring.session import MeasuringFailed, measure
from conformance.measuring.told import Told
from conformance.policy.writing import write_whole
from conformance.reports.measured.plot import plot
from conformance.reports.measured.progress import MeasuringProgress
from conformance.reports.measured.table import print_measured
from conformance.runs.plan import new_seed
from conformance.subjects.names import check_name, default_subject


def execute(options: argparse.Namespace) -> ExitCode:
    """Measure, print, write; with a baseline, compare. Raises ``ValueError`` for what makes no
    sense, before anything is measured."""
    named = [("--json", options.json), ("--plot", options.plot), ("--save", options.save)]
    check_files((option, path) for option, path in named if path is not None)
    operators = {name: find_operator(name) for name in members(options.operator)}
    asked = [_request(name, operator, options) for name, operator in operators.items()]
    console = Console(highlight=False, soft_wrap=True)
    results: list[Result] = []
    for request in asked:
        along = _along(operators[request.operator])
        result = Result.of(request.operator, request.seed, request.points, along)
        results.append(result)
        try:
            _measure(request, result, options)
        except MeasuringFailed as error:
            complain(f"{request.operator}: {error}")
        print_measured(console, result)
        _write(options, results)
    return _outcome(results)


def _along(operator: Operator) -> str:
    measured = operator.measured
    if measured is None:
        return "elements of the largest tensor"
    meaning = measured.along_meaning
    return f"{meaning} ({measured.along})" if meaning else measured.along


def _request(name: str, operator: Operator, options: argparse.Namespace) -> MeasuringRequest:
    settings = settings_of(options)
    operator = with_settings(operator, settings)
    subjects = tuple(dict.fromkeys(options.subject)) or _default(operator)
    for subject in subjects:
        check_name(operator, subject)
    points = points_of(operator, dict(options.size), options.dtype)
    return MeasuringRequest(
        name, subjects, options.device or "cpu", tuple(points), tuple(range(len(points))),
        new_seed() if options.seed is None else options.seed, not options.no_peers,
        not options.no_answers, options.cold, options.rounds or 0, settings=settings,
    )  # fmt: skip


def _default(operator: Operator) -> tuple[str, ...]:
    return (default_subject(operator),)


def _measure(request: MeasuringRequest, result: Result, options: argparse.Namespace) -> None:
    progress = MeasuringProgress(request.operator, len(request.points), sys.stderr)
    listeners: tuple[Callable[[Told], None], ...] = (result.hear, progress.hear)

    def hear(told: Told) -> None:
        for listener in listeners:
            listener(told)

    try:
        measure(request, hear)
    finally:
        progress.close()


def _write(options: argparse.Namespace, results: list[Result]) -> None:
    """What there is so far: whatever comes, nothing is lost."""
    if options.json:
        write_whole(options.json, as_json(results))
    if options.save:
        write_whole(options.save, as_json(results, samples=False))
    if options.plot:
        write_whole(_own(options.plot, results), plot(results[-1]))


def _own(path: Path, results: list[Result]) -> Path:
    """The file of the last result; each operator of a family has its own."""
    if len(results) == 1:
        return path
    return path.with_name(f"{path.stem}-{results[-1].operator}{path.suffix}")


def _outcome(results: list[Result]) -> ExitCode:
    measured = all(
        any(name == subject for point in result.points for name, _ in point.figures)
        for result in results
        for subject in result.names(SUBJECT) or [""]
    )
    return ExitCode.CONFORMANT if measured else ExitCode.UNDECIDED
