"""Time against size, both on logarithmic axes: a line for each contestant, floors dashed.

A picture of its own: it needs no style and no font of anybody, and runs nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup, escape

from conformance.contract import Point
from conformance.measuring.request import TIMERS
from conformance.measuring.result import FLOOR, PEER, SUBJECT, MeasuredPoint, Result
from conformance.reports.foreign import one_line
from conformance.reports.pages.plots.scale import LogScale, tick_text

WIDTH, HEIGHT = 620, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 190, 40, 52
COLOURS = ("#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#d68910", "#16a085", "#7f4f24", "#5d6d7e")
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#222}.title{font-weight:600}.grid{stroke:#ddd}"
    ".line{fill:none;stroke-width:2}.floor{stroke-dasharray:6 4;stroke-width:1.5}"
    ".bar{stroke-width:1}"
)


@dataclass(frozen=True)
class Line:
    """A contestant's times: (size, median, lower and upper quartile) each."""

    name: str
    points: tuple[tuple[int, float, float, float], ...]
    floor: bool
    marked: str


def plot(result: Result) -> str:
    """An SVG document with a panel for each timer and dtype. Empty panels are left out."""
    panels = [
        (f"{_title(words)}{TIMERS[timer]}", lines)
        for timer in result.timers
        for words, points in _families(result)
        if (lines := _lines(result, points, timer))
    ]
    height = HEIGHT * max(1, len(panels))
    parts = [
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" width="{}" height="{}" '
            'role="img"><title>{}</title><style>{}</style>'
            '<rect width="100%" height="100%" fill="#fff"/>'
        ).format(WIDTH, height, WIDTH, height, _name(result), Markup(_STYLE))
    ]
    names = [*result.names(SUBJECT, PEER, FLOOR)]
    for number, (title, lines) in enumerate(panels):
        parts.append(Markup('<g transform="translate(0 {})">').format(number * HEIGHT))
        parts += _panel(result, title, lines, names)
        parts.append(Markup("</g>"))
    parts.append(Markup("</svg>\n"))
    return str(Markup("").join(parts))


def _name(result: Result) -> str:
    machine = f" on {result.machine.name}" if result.machine else ""
    return one_line(f"{result.operator}{machine}")


def _families(result: Result) -> list[tuple[str, list[MeasuredPoint]]]:
    """Points that have the same words, such as a dtype, in the order in which they are listed."""
    found: dict[str, list[MeasuredPoint]] = {}
    for point in result.points:
        found.setdefault(_words(point.point, result.apart), []).append(point)
    return list(found.items())


def _words(point: Point, apart: Sequence[str]) -> str:
    words = [f"{name}={point[name]}" for name in apart if name in point]
    return " ".join([*words, *(str(v) for k, v in point.items() if isinstance(v, str))])


def _title(words: str) -> str:
    return f"{words}, " if words else ""


def _lines(result: Result, points: Sequence[MeasuredPoint], timer: str) -> list[Line]:
    lines = []
    for name in result.names(SUBJECT, PEER, FLOOR):
        found = []
        for point in points:
            told = point.summary(name, timer)
            if told is not None and point.setting is not None:
                found.append((max(point.setting.along, 1), told.median, told.lower, told.upper))
        if found:
            floor = result.contestants[name].group == FLOOR
            lines.append(Line(name, tuple(sorted(found)), floor, _mark(result, name, floor)))
    return lines


def _mark(result: Result, name: str, floor: bool) -> str:
    marks = [" (emulated)"] if name in set(result.emulated()) else []
    if not floor:
        known = result.mark(name).conformant
        marks += {True: [], False: [" (not conformant)"], None: [" (not checked)"]}[known]
    return "".join(marks)


def _panel(result: Result, title: str, lines: Sequence[Line], names: Sequence[str]) -> list[Markup]:
    sizes = [size for line in lines for size, *_ in line.points]
    times = [value for line in lines for _, *values in line.points for value in values]
    across = LogScale.over(sizes, LEFT, WIDTH - RIGHT)
    up = LogScale.over(times, HEIGHT - BOTTOM, TOP)
    parts = [
        Markup('<text class="title" x="{}" y="22">{}</text>').format(
            LEFT, f"{_name(result)}: {one_line(title)}"
        ),
        *_axes(result, across, up),
    ]
    for place, line in enumerate(lines):
        colour = COLOURS[names.index(line.name) % len(COLOURS)]
        parts += _drawn(line, across, up, colour, place)
    return parts


def _axes(result: Result, across: LogScale, up: LogScale) -> list[Markup]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    parts = []
    for value in across.ticks:
        x = across(value)
        parts.append(
            Markup('<line class="grid" x1="{x}" x2="{x}" y1="{}" y2="{}"/>'
                   '<text x="{x}" y="{}" text-anchor="middle">{}</text>')
            .format(TOP, bottom, bottom + 18, tick_text(value), x=x)
        )  # fmt: skip
    for value in up.ticks:
        y = up(value)
        parts.append(
            Markup('<line class="grid" x1="{}" x2="{}" y1="{y}" y2="{y}"/>'
                   '<text x="{}" y="{}" text-anchor="end">{}</text>')
            .format(LEFT, right, LEFT - 6, y + 4, tick_text(value), y=y)
        )  # fmt: skip
    middle = (TOP + bottom) / 2
    parts.append(
        Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>'
               '<text x="16" y="{m}" text-anchor="middle" transform="rotate(-90 16 {m})">'
               "microseconds a call</text>")
        .format((LEFT + right) / 2, HEIGHT - 14, one_line(result.along), m=middle)
    )  # fmt: skip
    return parts


def _drawn(line: Line, across: LogScale, up: LogScale, colour: str, place: int) -> list[Markup]:
    corners = []
    parts: list[Markup] = []
    for size, own in groupby(line.points, key=lambda each: each[0]):
        # Several points of one size: the line goes through each.
        for _, middle, lower, upper in own:
            x, y = across(size), up(middle)
            corners.append(f"{x},{y}")
            told = f"{line.name}{line.marked}: {middle:.4g} microseconds at {size}"
            parts.append(
                Markup('<line class="bar" stroke="{c}" x1="{x}" x2="{x}" y1="{}" y2="{}"/>'
                       '<circle cx="{x}" cy="{}" r="3" fill="{c}"><title>{}</title></circle>')
                .format(up(lower), up(upper), y, escape(one_line(told)), c=colour, x=x)
            )  # fmt: skip
    kind = "line floor" if line.floor else "line"
    y = TOP + 8 + 18 * place
    left = WIDTH - RIGHT + 12
    return [
        Markup('<polyline class="{}" stroke="{}" points="{}"/>').format(
            kind, colour, " ".join(corners)
        ),
        *parts,
        Markup('<line class="{}" stroke="{}" x1="{}" x2="{}" y1="{y}" y2="{y}"/>'
               '<text x="{}" y="{}">{}</text>')
        .format(kind, colour, left, left + 20, left + 26, y + 4,
                one_line(f"{line.name}{line.marked}"), y=y),
    ]  # fmt: skip
