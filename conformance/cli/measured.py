"""What ``bench`` measures, for one operator after the other; and again, where noise decides."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from rich.console import Console
from rich.text import Text

from conformance.catalogue.operators import with_settings
from conformance.cli.options.engine import settings_of
from conformance.cli.outcome import complain
from conformance.contract import Measured, Operator
from conformance.measuring.against import Baseline, Change, Ground, changes, check_baseline
from conformance.measuring.points import points_of
from conformance.measuring.request import ORDER, MeasuringRequest
from conformance.measuring.result import Result
from conformance.measuring.session import MeasuringFailed, measure
from conformance.measuring.shapes import Entry, shape_text
from conformance.measuring.told import Told
from conformance.reports.foreign import one_line
from conformance.reports.measured.compared import print_changes
from conformance.reports.measured.progress import MeasuringProgress
from conformance.reports.measured.served import served_lines
from conformance.reports.measured.table import print_measured
from conformance.runs.cards import CARDS
from conformance.runs.plan import new_seed
from conformance.subjects.names import check_name, default_subject

_AGAIN = ((60, 120, 30.0), (150, 400, 90.0))
"""Rounds at least and at most, and seconds, of points that are measured once more, and again."""


def request_for(name: str, operator: Operator, options: argparse.Namespace) -> MeasuringRequest:
    """What is asked of an operator. Raises ``ValueError`` and ``SubjectNotFound``."""
    if operator.serving is not None and options.subject:
        raise ValueError(f"{name} compares engines: settings say which, as --router, not --subject")
    if operator.serving is not None:
        return serving_request(name, options)
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
        precision=options.tolerance / 400 if options.against or options.save else 0.0,
        timers=tuple(options.timer), settings=settings,
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


SERVED = ("R", "L", "N")
"""Requests, tokens of a prompt, new tokens of each."""
_SERVED_POINTS = ({"R": 1, "L": 16, "N": 32}, {"R": 4, "L": 16, "N": 32})


def serving_request(name: str, options: argparse.Namespace) -> MeasuringRequest:
    """What is asked of engines. Raises ``ValueError`` for sizes that they do not have."""
    sizes = dict(options.size)
    if unknown := [each for each in sizes if each not in SERVED]:
        raise ValueError(
            f"{name} has no size {unknown[0]}; it has: R (requests), L (tokens of a prompt), "
            "N (new tokens)"
        )
    points = [
        {**point, **dict(zip(sizes, chosen, strict=True))}
        for point in _SERVED_POINTS
        for chosen in product(*sizes.values())
    ]
    distinct = [point for place, point in enumerate(points) if point not in points[:place]]
    return MeasuringRequest(
        name, (), options.device or "cpu", tuple(distinct), tuple(range(len(distinct))),
        new_seed() if options.seed is None else options.seed, rounds=options.rounds or 0,
        settings=settings_of(options), serving=True,
    )  # fmt: skip


def result_for(request: MeasuringRequest, operator: Operator) -> Result:
    """A result of which nothing is known yet."""
    measured = operator.measured
    along = "requests" if request.serving else "elements of the largest tensor"
    if measured is not None:
        meaning = measured.along_meaning
        along = f"{meaning} ({measured.along})" if meaning else measured.along
    apart = measured.apart if measured is not None else ()
    return Result.of(request.operator, request.seed, request.points, along, apart)


def fill(request: MeasuringRequest, result: Result, shared: bool = False) -> None:
    """Have everything measured that a request asks; what goes wrong is told on one line.

    No other process's run has the card meanwhile, unless it is ``shared``.

    Raises :class:`~conformance.events.loading.UsageError`.
    """
    progress = MeasuringProgress(request.operator, len(request.only), sys.stderr)

    def hear(told: Told) -> None:
        result.hear(told)
        progress.hear(told)

    try:
        with CARDS.held(request.device, shared):
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
    shared: bool = False,
) -> list[Change]:
    """What became of the subjects; points that decide nothing are measured again, longer.

    ``tolerance`` is in percent. Raises ``ValueError`` for a baseline from elsewhere.
    """
    note = check_baseline(baseline, result)
    found = list(changes(result, baseline, tolerance / 100))
    for least, most, seconds in _AGAIN:
        unclear = {
            each.point.number
            for each in found
            if each.ground is Ground.INCONCLUSIVE and not each.noisy_baseline
        }
        if not unclear:
            break
        console.print(f"{len(unclear)} points are too noisy to decide: measured again, longer")
        fill(
            replace(
                request, only=tuple(sorted(unclear)), rounds=least, most=most, seconds=seconds,
                judged=False, without=tuple({*request.without, *result.left_out}),
            ),
            result,
            shared,
        )  # fmt: skip
        found = list(changes(result, baseline, tolerance / 100))
    notes = [note] if note else []
    if any(each.ground is Ground.INCONCLUSIVE and each.noisy_baseline for each in found):
        notes.append("the baseline itself is noisier than the tolerance: save it anew")
    print_changes(console, found, tolerance, notes)
    return found


def show(console: Console, result: Result) -> None:
    """Print what was measured."""
    print_measured(console, result)
    if ORDER in result.timers:
        for line in served_lines(result):
            console.print(Text(one_line(line)))
    console.print()
