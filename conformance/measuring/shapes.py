"""Tables of launch shapes: read, compared with what was measured, written."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from conformance.contract import DTYPE, LaunchShape, Point, Tuning
from conformance.contract.tuning import TABLE_FORMAT
from conformance.measuring.result import MeasuredPoint, Result
from conformance.policy.reading import parse_json, read_text

LARGEST = 16 << 20
"""Bytes of a table."""
WORTH = 0.02
"""By what share another shape must be faster than the shipped one to take its place."""
Entry = Mapping[str, Any]


def shape_text(shape: LaunchShape) -> str:
    """``rows=4 warps=1``."""
    return " ".join(f"{name}={value}" for name, value in shape.items())


def shape_of_text(text: str) -> dict[str, int]:
    """The launch shape that :func:`shape_text` wrote."""
    return {name: int(value) for name, _, value in (part.partition("=") for part in text.split())}


def table_place(tuning: Tuning) -> Path:
    """Where the table lies, or would lie. Raises ``ValueError`` for a package that is not there."""
    package, _, file = tuning.table.partition(":")
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ValueError(f"the table is {tuning.table}, and there is no package {package}")
    return Path(next(iter(found.submodule_search_locations))) / file


def read_table(path: Path) -> list[Entry]:
    """The entries of a table; none where there is no file.

    Raises ``ValueError`` for a file that is no table, and ``OSError``.
    """
    try:
        text = read_text(path, LARGEST)
    except FileNotFoundError:
        return []
    document = parse_json(text)
    if not isinstance(document, dict) or document.get("format") != TABLE_FORMAT:
        raise ValueError(f"{path} is no table of launch shapes of format {TABLE_FORMAT}")
    entries = document.get("measured")
    if not isinstance(entries, list) or not all(
        isinstance(e, dict) and isinstance(e.get("shape"), dict) for e in entries
    ):
        raise ValueError(f"{path} is no table of launch shapes: 'measured' is no list of entries")
    return entries


def as_table(operator: str, entries: Sequence[Entry]) -> str:
    """A table as it is written: an entry on each line."""
    lines = ",\n  ".join(json.dumps(entry) for entry in entries)
    head = f'{{"format": {TABLE_FORMAT}, "operator": {json.dumps(operator)}, "measured": ['
    return f"{head}\n  {lines}\n]}}\n" if entries else f"{head}]}}\n"


@dataclass(frozen=True)
class Tuned:
    """What was found at a point. ``shipped`` is None where the table says nothing of it."""

    point: MeasuredPoint
    shape: Mapping[str, int]
    microseconds: float
    shipped: Mapping[str, int] | None
    shipped_microseconds: float | None
    discarded: int
    """Candidates whose answers are wrong, or that do not run."""

    @property
    def differs(self) -> bool:
        """Whether the table would change."""
        return self.shape != self.shipped


def shipped_shape(tuning: Tuning, entries: Sequence[Entry], point: Point, device: str) -> Any:
    """The launch shape that a table has for exactly this point on this device; None if none."""
    wanted = tuning.holds_for(point)
    for entry in entries:
        if entry.get("device") == device and _holds_for(entry) == wanted:
            return entry["shape"]
    return None


def tuned(tuning: Tuning, entries: Sequence[Entry], result: Result) -> Iterator[Tuned]:
    """What was found at each point at which a candidate was measured.

    The shipped shape stays unless another one is faster by :data:`WORTH`, so that noise changes no
    table.
    """
    assert result.machine is not None
    timer = next(iter(result.timers), "")
    for point in result.points:
        times = {
            name: found.median
            for name, own in point.figures
            if own == timer and (found := point.summary(name, timer)) is not None
        }
        if not times:
            continue
        shipped = shipped_shape(tuning, entries, point.point, result.machine.name)
        name = min(times, key=lambda each: times[each])
        own = times.get(shape_text(shipped)) if shipped else None
        if own is not None and shipped and times[name] > own * (1 - WORTH):
            name = shape_text(shipped)
        wrong = {s.name for own_ in result.standings.values() for s in own_
                 if s.conformant is False and s.point == point.number}  # fmt: skip
        discarded = len(wrong | {name for name, _ in point.problems if name not in times})
        yield Tuned(point, shape_of_text(name), times[name], shipped, own, discarded)


def merged(
    tuning: Tuning, entries: Sequence[Entry], found: Sequence[Tuned], result: Result
) -> list[Entry]:
    """The entries with those that were measured in place of those for the same."""
    assert result.machine is not None
    machine = result.machine
    new: list[Entry] = []
    for each in found:
        holds = tuning.holds_for(each.point.point)
        dtype = {DTYPE: holds.pop(DTYPE)} if DTYPE in holds else {}
        new.append(
            {"device": machine.name, "arch": machine.architecture, **dtype, **holds,
             "shape": dict(each.shape), "microseconds": round(each.microseconds, 3)}
        )  # fmt: skip
    taken = [(entry["device"], _holds_for(entry)) for entry in new]
    kept = [e for e in entries if (e.get("device"), _holds_for(e)) not in taken]
    return [*kept, *new]


def _holds_for(entry: Entry) -> dict[str, Any]:
    """What an entry holds for, without where and what was measured."""
    other = ("device", "arch", "shape", "microseconds")
    return {name: value for name, value in entry.items() if name not in other}
