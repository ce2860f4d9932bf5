"""Which sizes were asked in which dtypes, and how many of these cases fail."""

from collections.abc import Sequence
from math import log2

from markupsafe import Markup

from conformance.reports.foreign import one_line
from conformance.reports.pages.plots.measured import Measured

CELL, HIGH, TOP, ROW_TEXT = 76, 34, 30, 190
MOST_ROWS = 14
"""Combinations of dtypes that are shown: those asked most."""
_SHADES = (1, 5, 20, 80, 320)
"""Numbers of cases from which on a cell is a shade darker."""


def coverage_plot(cases: Sequence[Measured], name: str) -> Markup | None:
    """A heat map of numbers of cases: dtypes down, sizes across; None where nothing was asked."""
    counts: dict[str, dict[int, list[int]]] = {}
    for each in cases:
        cell = counts.setdefault(each.dtypes or "none", {}).setdefault(_bucket(each.size), [0, 0])
        cell[0] += 1
        cell[1] += each.fails
    if not counts:
        return None
    rows = sorted(counts, key=lambda row: -sum(cell[0] for cell in counts[row].values()))
    rows = rows[:MOST_ROWS]
    buckets = sorted({bucket for row in rows for bucket in counts[row]})
    width, height = ROW_TEXT + CELL * len(buckets) + 4, TOP + HIGH * len(rows) + 24
    told = f"{len(cases)} cases in {len(rows)} combinations of dtypes and {len(buckets)} sizes."
    parts = [
        Markup('<svg class="plot heat" role="img" viewBox="0 0 {} {}" width="{}" '
               'aria-labelledby="{n}-t {n}-d"><title id="{n}-t">Sizes and dtypes that were asked'
               '</title><desc id="{n}-d">{}</desc>')
        .format(width, height, width, told, n=f"{name}-coverage")
    ]  # fmt: skip
    for column, bucket in enumerate(buckets):
        x = ROW_TEXT + CELL * (column + 0.5)
        parts.append(Markup('<text class="tick" x="{}" y="{}" text-anchor="middle">{}</text>')
                     .format(x, TOP - 10, _bucket_text(bucket)))  # fmt: skip
    for place, row in enumerate(rows):
        y = TOP + HIGH * place
        parts.append(Markup('<text class="tick" x="{}" y="{}" text-anchor="end">{}</text>')
                     .format(ROW_TEXT - 8, y + HIGH / 2 + 4, _short(row)))  # fmt: skip
        for column, bucket in enumerate(buckets):
            parts.append(_cell(counts[row].get(bucket), ROW_TEXT + CELL * column, y))
    parts.append(Markup('<text class="axis" x="{}" y="{}" text-anchor="middle">size: product of '
                        'all axes</text></svg>')
                 .format(ROW_TEXT + CELL * len(buckets) / 2, height - 6))  # fmt: skip
    return Markup("").join(parts)


def _cell(found: list[int] | None, x: float, y: float) -> Markup:
    total, failing = found or [0, 0]
    shade = sum(total >= limit for limit in _SHADES)
    classes = f"shade{shade}" + (" failing" if failing else "")
    text = f"{failing}✕ / {total}" if failing else str(total) if total else "–"
    says = f"{failing} of {total} fail" if failing else f"{total} cases"
    return Markup(
        '<g class="cell {}"><rect x="{}" y="{}" width="{}" height="{}" rx="4"/>'
        '<text x="{}" y="{}" text-anchor="middle">{}</text><title>{}</title></g>'
    ).format(classes, x + 2, y + 2, CELL - 4, HIGH - 4, x + CELL / 2, y + HIGH / 2 + 4, text, says)


def _bucket(size: int) -> int:
    """Powers of 16; -1 for what has no element."""
    return -1 if size < 1 else int(log2(size) // 4)


def _bucket_text(bucket: int) -> str:
    if bucket < 0:
        return "0"
    least = 16**bucket
    for unit, amount in (("G", 1 << 30), ("M", 1 << 20), ("k", 1 << 10)):
        if least >= amount:
            return f"≥ {least // amount}{unit}"
    return f"≥ {least}"


def _short(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= 26 else f"{line[:25]}…"
