"""``conformance bench``."""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console

from conformance.catalogue.operators import find_operator, members
from conformance.cli.measured import compare, fill, request_for, result_for, show
from conformance.cli.outcome import check_files
from conformance.events.verdict import ExitCode
from conformance.measuring.against import Baseline, Change, Ground, read_baseline
from conformance.measuring.document import as_json
from conformance.measuring.result import SUBJECT, Result
from conformance.policy.writing import write_whole
from conformance.reports.measured.plot import plot
from conformance.runs.signals import held


def execute(options: argparse.Namespace) -> ExitCode:
    """Measure, print, write; with a baseline, compare.

    Raises ``ValueError`` for what makes no sense, before anything is measured.
    """
    named = [("--json", options.json), ("--plot", options.plot), ("--save", options.save)]
    check_files((option, path) for option, path in named if path is not None)
    operators = {name: find_operator(name) for name in members(options.operator)}
    baseline = _baseline(options, operators)
    asked = [request_for(name, operator, options) for name, operator in operators.items()]
    console = Console(highlight=False, soft_wrap=True)
    results: list[Result] = []
    changes: list[Change] = []
    for request in asked:
        result = result_for(request, operators[request.operator])
        results.append(result)
        try:
            fill(request, result, options.share_device)
        except KeyboardInterrupt:
            with held():  # what is known is told; the exit code is that of the interrupt
                show(console, result)
                _write(options, results)
            raise
        show(console, result)
        if baseline is not None and result.machine is not None:
            changes += compare(
                console, request, result, baseline, options.tolerance, options.share_device
            )
        _write(options, results)
    return outcome(results, changes if baseline is not None else None)


def _baseline(options: argparse.Namespace, operators: Iterable[str]) -> Baseline | None:
    if not options.against:
        return None
    baseline = read_baseline(Path(options.against))
    if lacking := [name for name in operators if name not in baseline.runs]:
        known = ", ".join(baseline.runs) or "none"
        raise ValueError(f"{baseline.path} holds no {', '.join(lacking)}; it holds: {known}")
    return baseline


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


def outcome(results: Sequence[Result], changes: Sequence[Change] | None) -> ExitCode:
    """The exit code; ``changes`` are those since a baseline, None without one."""
    grounds = {each.ground for each in changes or ()}
    if Ground.LOST in grounds:
        return ExitCode.NOT_CONFORMANT
    measured = all(
        any(name == subject for point in result.points for name, _ in point.figures)
        for result in results
        for subject in result.names(SUBJECT) or [""]
    )
    if not measured or (changes is not None and not changes):
        return ExitCode.UNDECIDED
    return ExitCode.INCONCLUSIVE if Ground.INCONCLUSIVE in grounds else ExitCode.CONFORMANT
