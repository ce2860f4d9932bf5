"""Did a subject lose ground since a baseline? Ratios decide, so that the card may be another one.

A baseline holds how many times as long a subject took as each of its peers and floors, measured in
the same run. What is compared is the change of these ratios; of several references the one in the
middle counts, so that a single peer that has become faster decides nothing.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from conformance.measuring.document import FORMAT
from conformance.measuring.result import SUBJECT, MeasuredPoint, Result
from conformance.measuring.statistics import Interval, change, median
from conformance.policy.reading import parse_json, read_text

LARGEST = 64 << 20
"""Bytes of a baseline."""


class Ground(StrEnum):
    """What became of a subject at a point."""

    HELD = "held"
    GAINED = "gained"
    LOST = "LOST"
    INCONCLUSIVE = "INCONCLUSIVE"
    """The interval is wider than the tolerance: the machine is too noisy."""


@dataclass(frozen=True)
class Change:
    """How a subject's time at a point changed, measured by its references."""

    subject: str
    point: MeasuredPoint
    timer: str
    factor: Interval
    """Above 1: it takes longer than before."""
    references: tuple[str, ...]
    ground: Ground
    noisy_baseline: bool = False
    """The baseline's own intervals are wider than the tolerance: no measuring decides it."""


@dataclass(frozen=True)
class Baseline:
    """What was measured before, by operator."""

    path: Path
    runs: Mapping[str, Mapping[str, Any]]

    def machine(self, operator: str) -> Mapping[str, Any]:
        """Where it was measured."""
        found = self.runs[operator].get("machine")
        return found if isinstance(found, Mapping) else {}


def read_baseline(path: Path) -> Baseline:
    """The baseline in a file that ``--save`` or ``--json`` wrote.

    Raises ``ValueError`` for a file that is none, and ``OSError``.
    """
    text = read_text(path, LARGEST)
    try:
        document = parse_json(text)
        if document["format"] != FORMAT:
            raise ValueError(f"its format is {document['format']!r}, not {FORMAT}")
        runs = {str(run["operator"]): run for run in document["runs"]}
        for run in runs.values():
            list(_figures(run))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"{path} is no baseline: {_problem(error)}") from None
    return Baseline(path, runs)


def check_baseline(baseline: Baseline, result: Result) -> str:
    """What has to be told of a baseline from another card; empty where it is the same.

    Raises ``ValueError`` if its ratios say nothing of this device.
    """
    assert result.machine is not None
    before, now = baseline.machine(result.operator), result.machine
    if before.get("architecture") != now.architecture:
        raise ValueError(
            f"{baseline.path} was measured on {before.get('architecture')}, and this is "
            f"{now.architecture}: ratios hold within one architecture only"
        )
    if before.get("name") != now.name:
        return f"the baseline was measured on {before.get('name')}, and this is {now.name}"
    return ""


def changes(result: Result, baseline: Baseline, tolerance: float) -> Iterator[Change]:
    """What became of each subject at each point that both runs measured.

    ``tolerance`` is a share: 0.05 lets a ratio grow by five percent.
    """
    known = dict(_figures(baseline.runs[result.operator]))
    for point in result.points:
        for name in result.names(SUBJECT):
            for timer in result.timers:
                before = known.get((_key(point.point), name, timer), {})
                found: dict[str, Interval] = {}
                widths: list[float] = []
                for other in result.references(name):
                    now = point.ratio(name, other, timer)
                    if now is not None and other in before:
                        found[other] = change(now, before[other])
                        widths.append(before[other].width)
                if found:
                    factor = _middle(list(found.values()))
                    ground = decided(factor, tolerance)
                    noisy = median(widths) > tolerance
                    yield Change(name, point, timer, factor, tuple(found), ground, noisy)


def decided(factor: Interval, tolerance: float) -> Ground:
    """Ground is lost only if the whole interval lies beyond the tolerance.

    An interval that is wider than the tolerance and does not lie on one side of it decides nothing.
    """
    limit = 1 + tolerance
    if factor.low > limit:
        return Ground.LOST
    if factor.high <= limit:
        return Ground.GAINED if factor.high < 1 / limit else Ground.HELD
    return Ground.INCONCLUSIVE if factor.width > tolerance else Ground.HELD


def _middle(found: Sequence[Interval]) -> Interval:
    """The median of intervals, end by end."""
    return Interval(
        median([each.value for each in found]),
        median([each.low for each in found]),
        median([each.high for each in found]),
    )


def _figures(run: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str, str], dict[str, Interval]]]:
    """Ratios of a run by point, name and timer."""
    for point in run["points"]:
        for figure in point["figures"]:
            ratios = {str(other): _interval(told) for other, told in figure["ratios"].items()}
            yield (_key(point["point"]), str(figure["name"]), str(figure["timer"])), ratios


def _interval(told: Mapping[str, Any]) -> Interval:
    high = float("inf") if told["high"] is None else float(told["high"])
    found = Interval(float(told["value"]), float(told["low"]), high)
    if not 0 <= found.low <= found.value <= found.high or found.value == 0:
        raise ValueError(f"{dict(told)} is no interval")
    return found


def _key(point: Mapping[str, Any]) -> str:
    return json.dumps(dict(point), sort_keys=True)


def _problem(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"it has no {error.args[0]}"
    return str(error)
