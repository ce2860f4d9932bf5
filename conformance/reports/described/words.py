"""Small texts that descriptions are made of."""

from collections.abc import Iterable, Sequence
from math import frexp, ldexp

from conformance.contract import Shape


def shape_text(shape: Shape) -> str:
    """``(T, E)``; ``(N,)`` for one axis."""
    inner = ", ".join(str(size) for size in shape)
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


def either(words: Iterable[str]) -> str:
    """``a``, ``a or b``, ``a, b or c``."""
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def range_text(least: float | None, most: float | None) -> str:
    """``1 to 1024``, ``from 0``, ``up to 8``; empty without limits."""
    low, high = (None if limit is None else number_text(limit) for limit in (least, most))
    if low is not None and high is not None:
        return f"{low} to {high}" if low != high else low
    if low is not None:
        return f"from {low}"
    return f"up to {high}" if high is not None else ""


def number_text(value: float) -> str:
    """A number, never rounded; a small one in powers of two where it is one of a few digits.

    Budgets are often counted in ulp: ``2^-8``, ``3 * 2^-9``, ``2.05 * 2^-8``.
    """
    short = f"{value:g}"
    if isinstance(value, int):
        return str(value)
    mantissa, exponent = frexp(value)
    if mantissa in (0.5, 0.75) and exponent < -2:
        return f"2^{exponent - 1}" if mantissa == 0.5 else f"3 * 2^{exponent - 2}"
    if float(short) == value:
        return short
    for power in range(1 - exponent, 5 - exponent):
        factor = ldexp(value, power)
        if power > 3 and factor == round(factor, 2):
            return f"{factor:g} * 2^-{power}"
    return repr(value)


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of words as lines, each column as wide as its widest word."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
