"""A result as data: what ``--json`` and ``--save`` write, and what ``--against`` reads."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from conformance.contract import point_text
from conformance.measuring.request import TIMERS
from conformance.measuring.result import FLOOR, MeasuredPoint, Result
from conformance.measuring.statistics import CONFIDENCE, Interval, summary

FORMAT = 1
"""Version of the document's form."""


def as_json(results: Sequence[Result], samples: bool = True) -> str:
    """Results as a JSON document; ``samples``: with every single one."""
    document = {
        "format": FORMAT,
        "unit": "microseconds a call",
        "confidence": CONFIDENCE,
        "timers": TIMERS,
        "runs": [run_of(result, samples) for result in results],
    }
    return json.dumps(document, indent=1) + "\n"


def run_of(result: Result, samples: bool = True) -> dict[str, Any]:
    """One result as JSON holds it."""
    machine = result.machine
    return {
        "operator": result.operator,
        "seed": result.seed,
        "complete": result.complete,
        "machine": {
            name: value for name, value in vars(machine).items() if name != "timers"
        } if machine else {},
        "contestants": [_contestant(result, name) for name in result.contestants],
        "points": [_point(result, point, samples) for point in result.points],
    }  # fmt: skip


def _contestant(result: Result, name: str) -> dict[str, Any]:
    told = result.contestants[name]
    mark = result.mark(name)
    owes = told.group != FLOOR
    return {
        "name": name,
        "group": told.group,
        "meaning": told.meaning,
        "origin": told.origin,
        "leaves_out": told.leaves_out,
        "absent": told.absent,
        "ended_the_process": result.left_out.get(name, ""),
        "conformant": mark.conformant if owes else None,
        "answers": mark.text if owes else "",
    }


def _point(result: Result, point: MeasuredPoint, samples: bool) -> dict[str, Any]:
    setting = point.setting
    return {
        "point": dict(point.point),
        "name": point_text(point.point),
        "along": setting.along if setting else None,
        "bytes_read": setting.read if setting else None,
        "bytes_written": setting.written if setting else None,
        "argument_sets": setting.sets if setting else None,
        "beyond_cache": setting.beyond_cache if setting else None,
        "figures": [
            _figure(result, point, name, timer, samples) for name, timer in point.figures
        ],
        "problems": [
            {"name": name, "timer": timer, "problem": text}
            for (name, timer), text in point.problems.items()
        ],
    }  # fmt: skip


def _figure(
    result: Result, point: MeasuredPoint, name: str, timer: str, samples: bool
) -> dict[str, Any]:
    figure = point.figures[name, timer]
    ratios = {other: point.ratio(name, other, timer) for other in result.references(name)}
    told = {
        "name": name,
        "timer": timer,
        "way": figure.way,
        "emulated": figure.emulated,
        **{
            key: value if isinstance(value, int) else _number(value)
            for key, value in vars(summary(figure.samples)).items()
        },
        "ratios": {other: _interval(found) for other, found in ratios.items() if found},
    }
    return told | ({"samples": [_number(each) for each in figure.samples]} if samples else {})


def _interval(interval: Interval) -> Mapping[str, float | None]:
    high = _number(interval.high) if interval.high < float("inf") else None
    return {"value": _number(interval.value), "low": _number(interval.low), "high": high}


def _number(value: float) -> float:
    """Six digits that count, so that no small ratio becomes zero."""
    return float(f"{value:.6g}")
