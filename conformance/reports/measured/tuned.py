"""Launch shapes that were found, and what would change in the shipped table."""

from collections.abc import Iterator, Sequence

from conformance.contract import point_text
from conformance.measuring.result import Result
from conformance.measuring.shapes import Tuned, shape_text
from conformance.reports.measured.table import number


def tuned_lines(result: Result, found: Sequence[Tuned], table: str) -> Iterator[str]:
    """A line for each point, then what differs from the table."""
    machine = result.machine
    assert machine is not None
    yield f"{result.operator} on {machine.device}: {machine.name}, {machine.architecture}"
    for each in found:
        yield _line(each)
    measured = {each.point.number for each in found}
    for point in result.points:
        if point.number not in measured:
            problems = dict.fromkeys(point.problems.values())
            wrong = [s.text for own in result.standings.values() for s in own
                     if s.conformant is False and s.point == point.number]  # fmt: skip
            why = next(iter([*wrong, *problems]), "no candidate")
            yield f"{point_text(point.point)}: nothing to take: {why}"
    changed = sum(each.differs for each in found)
    yield f"{changed} of {len(found)} points differ from {table}"


def _line(each: Tuned) -> str:
    words = f"{point_text(each.point.point)}: {shape_text(each.shape)}, "
    words += f"{number(each.microseconds)} microseconds"
    if each.shipped is None:
        words += "; the table has nothing for it"
    elif each.differs:
        own = each.shipped_microseconds
        words += f"; the table has {shape_text(each.shipped)}"
        words += f", {number(own)} microseconds" if own is not None else ", which was not measured"
    else:
        words += "; as in the table"
    return words + (f"; {each.discarded} candidates left out" if each.discarded else "")
