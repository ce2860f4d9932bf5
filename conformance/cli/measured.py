"""What ``bench`` measures, for one operator after the other; and again, where noise decides."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace

from rich.console import Console

from conformance.catalogue.operators import with_settings
from conformance.cli.options.engine import settings_of
from conformance.cli.outcome import complain
from conformance.contract import Measured, Operator
from conformance.measuring.against import Baseline, Change, Ground, changes, check_baseline
from conformance.measuring.points import points_of
from conformance.measuring.request import MeasuringRequest
from conformance.measuring.result import Result
from conformance.measuring.session import MeasuringFailed, measure
from conformance.measuring.shapes import Entry, shape_text
from conformance.measuring.told import Told
from conformance.reports.measured.compared import print_changes
from conformance.reports.measured.progress import MeasuringProgress
from conformance.reports.measured.table import print_measured
from conformance.runs.plan import new_seed
from conformance.subjects.names import check_name, default_subject

_AGAIN = ((60, 120, 30.0), (150, 400, 90.0))
"""Rounds at least and at most, and seconds, of points that are measured once more, and again."""


def request_for(name: str, operator: Operator, options: argparse.Namespace) -> MeasuringRequest:
    """What is asked of an operator. Raises ``ValueError`` and ``SubjectNotFound``."""
    settings = settings_of(options)
    operator = with_settings(operator, settings)
    subjects = tuple(dict.fromkeys(options.subject)) or (default_subject(operator),)
    for subject in subjects:
        check_name(operator, subject)
    points = points_of(operator, dict(options.size), options.dtype)
    return MeasuringRequest(
        name, subjects, options.device or "cpu", tuple(points), tuple(range(len(points))),
        new_seed() if options.seed is None else options.seed, not options.no_peers,
        not options.no_answers, options.cold, options.rounds or 0,
        precision=options.tolerance / 200 if options.against else 0.0, settings=settings,
    )  # fmt: skip


def tuning_request(
    name: str, operator: Operator, entries: Sequence[Entry], options: argparse.Namespace
) -> MeasuringRequest:
    """What is asked to tune an operator. Raises ``ValueError`` for one that has nothing to tune."""
    if operator.tuning is None:
        raise ValueError(f"{name} has no launch shapes to tune")
    listed = replace(operator, measured=Measured(operator.tuning.points, "1"))
    points = points_of(listed, dict(options.size), options.dtype)
    shipped = dict.fromkeys(shape_text(entry["shape"]) for entry in entries)
    return MeasuringRequest(
        name, (), options.device or "cpu", tuple(points), tuple(range(len(points))),
        new_seed() if options.seed is None else options.seed, rounds=options.rounds or 0,
        tuning=True, shipped=tuple(shipped),
    )  # fmt: skip


def result_for(request: MeasuringRequest, operator: Operator) -> Result:
    """A result of which nothing is known yet."""
    measured = operator.measured
    along = "elements of the largest tensor"
    if measured is not None:
        meaning = measured.along_meaning
        along = f"{meaning} ({measured.along})" if meaning else measured.along
    return Result.of(request.operator, request.seed, request.points, along)


def fill(request: MeasuringRequest, result: Result) -> None:
    """Have everything measured that a request asks; what goes wrong is told on one line.

    Raises :class:`~conformance.events.loading.UsageError`.
    """
    progress = MeasuringProgress(request.operator, len(request.only), sys.stderr)

    def hear(told: Told) -> None:
        result.hear(told)
        progress.hear(told)

    try:
        measure(request, hear)
    except MeasuringFailed as error:
        complain(f"{request.operator}: {error}")
    finally:
        progress.close()


def compare(
    console: Console,
    request: MeasuringRequest,
    result: Result,
    baseline: Baseline,
    tolerance: float,
) -> list[Change]:
    """What became of the subjects; points that decide nothing are measured again, longer.

    ``tolerance`` is in percent. Raises ``ValueError`` for a baseline from elsewhere.
    """
    note = check_baseline(baseline, result)
    found = list(changes(result, baseline, tolerance / 100))
    for least, most, seconds in _AGAIN:
        unclear = {each.point.number for each in found if each.ground is Ground.INCONCLUSIVE}
        if not unclear:
            break
        console.print(f"{len(unclear)} points are too noisy to decide: measured again, longer")
        fill(
            replace(
                request, only=tuple(sorted(unclear)), rounds=least, most=most, seconds=seconds,
                judged=False, without=tuple({*request.without, *result.left_out}),
            ),
            result,
        )  # fmt: skip
        found = list(changes(result, baseline, tolerance / 100))
    print_changes(console, found, tolerance, [note] if note else [])
    return found


def show(console: Console, result: Result) -> None:
    """Print what was measured."""
    print_measured(console, result)
    console.print()
