"""Cases as points: their error against the budget, their time against their size."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from conformance.reports.foreign import one_line
from conformance.reports.pages.plots.measured import Measured
from conformance.reports.pages.plots.scale import LogScale, tick_text

WIDTH, HEIGHT = 520, 300
LEFT, RIGHT, TOP, BOTTOM = 58, 14, 16, 46
SMALLEST_SHARE = 1e-4
"""A smaller share of a budget lies at the border: no error at all has none."""
SHORTEST = 1e-4
"""Seconds, likewise."""
_GRID = 3
"""Points that lie within so many pixels are one."""


@dataclass(frozen=True)
class Point:
    """A case in a plot. ``told`` is what it says of itself."""

    size: int
    value: float
    fails: bool
    told: str


def budget_plot(cases: Sequence[Measured], name: str) -> Markup | None:
    """The largest errors as shares of their budgets; None where none was measured."""
    points = [
        Point(each.size, max(share, SMALLEST_SHARE), share > 1,
              f"{output} uses {_share(share)}: {each.line}")
        for each in cases for output, share in each.shares
    ]  # fmt: skip
    title = "Error against budget"
    return _plot(points, f"{name}-budget", title, "share of the budget", SMALLEST_SHARE, line=1.0)


def time_plot(cases: Sequence[Measured], name: str) -> Markup | None:
    """The seconds of cases; None where nobody measured them."""
    points = [
        Point(each.size, max(each.seconds, SHORTEST), each.fails, f"{each.seconds:.3g} s: "
              f"{each.line}")
        for each in cases if each.seconds is not None
    ]  # fmt: skip
    return _plot(points, f"{name}-time", "Time against size", "seconds a case", SHORTEST)


def _share(share: float) -> str:
    return f"{share:.0%} of its budget" if share < 10 else f"{share:.3g} times its budget"


def _plot(
    points: Sequence[Point], name: str, title: str, unit: str, least: float, line: float = 0.0
) -> Markup | None:
    if not points:
        return None
    across = LogScale.over([p.size for p in points], LEFT, WIDTH - RIGHT)
    values = [p.value for p in points] + ([line] if line else [])
    up = LogScale.over(values, HEIGHT - BOTTOM, TOP)
    failing = sum(point.fails for point in points)
    told = f"{len(points)} points, {failing} of which fail."
    parts = [
        Markup('<svg class="plot" role="img" viewBox="0 0 {} {}" aria-labelledby="{n}-t {n}-d">')
        .format(WIDTH, HEIGHT, n=name),
        Markup('<title id="{}-t">{}</title><desc id="{}-d">{}</desc>')
        .format(name, title, name, told),
        *_axes(across, up, unit),
    ]  # fmt: skip
    if line:
        y = up(line)
        parts.append(
            Markup('<line class="limit" x1="{}" x2="{}" y1="{y}" y2="{y}"/>'
                   '<text class="limit-text" x="{}" y="{}">budget</text>')
            .format(LEFT, WIDTH - RIGHT, WIDTH - RIGHT - 4, y - 5, y=y)
        )  # fmt: skip
    parts += _marks(points, across, up)
    return Markup("").join([*parts, Markup("</svg>")])


def _axes(across: LogScale, up: LogScale, unit: str) -> list[Markup]:
    bottom = HEIGHT - BOTTOM
    parts = []
    for value in across.ticks:
        x = across(value)
        parts.append(Markup('<line class="grid" x1="{x}" x2="{x}" y1="{}" y2="{}"/>'
                            '<text class="tick" x="{x}" y="{}" text-anchor="middle">{}</text>')
                     .format(TOP, bottom, bottom + 16, tick_text(value), x=x))  # fmt: skip
    right = WIDTH - RIGHT
    for value in up.ticks:
        y = up(value)
        parts.append(Markup('<line class="grid" x1="{}" x2="{}" y1="{y}" y2="{y}"/>'
                            '<text class="tick" x="{}" y="{}" text-anchor="end">{}</text>')
                     .format(LEFT, right, LEFT - 6, y + 4, tick_text(value), y=y))  # fmt: skip
    middle = (TOP + bottom) / 2
    parts.append(Markup('<text class="axis" x="{}" y="{}" text-anchor="middle">size: product of '
                        'all axes</text><text class="axis" x="14" y="{m}" text-anchor="middle" '
                        'transform="rotate(-90 14 {m})">{}</text>')
                 .format((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, unit, m=middle))  # fmt: skip
    return parts


def _marks(
    points: Sequence[Point], across: Callable[[float], float], up: Callable[[float], float]
) -> list[Markup]:
    """Circles that pass, and triangles that fail on top; of points in one place, one."""
    seen: dict[tuple[bool, int, int], Markup] = {}
    for point in sorted(points, key=lambda p: p.fails):
        x, y = across(max(point.size, 1)), up(point.value)
        place = (point.fails, int(x / _GRID), int(y / _GRID))
        if place in seen:
            continue
        told = escape(one_line(point.told))
        shape = (
            Markup('<path class="fails" d="M{} {}l5 9h-10z"><title>{}</title></path>')
            .format(x, y - 6, told)
            if point.fails
            else Markup('<circle class="passes" cx="{}" cy="{}" r="3"><title>{}</title></circle>')
            .format(x, y, told)
        )  # fmt: skip
        seen[place] = shape
    return list(seen.values())
