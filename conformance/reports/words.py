"""Small texts that descriptions are made of."""

from collections.abc import Iterable, Sequence

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
    if least is not None and most is not None:
        return f"{least:g} to {most:g}" if least != most else f"{least:g}"
    if least is not None:
        return f"from {least:g}"
    return f"up to {most:g}" if most is not None else ""


def number_text(value: float) -> str:
    """A small number as a power of two where it is one: budgets are often counted in ulp."""
    mantissa, _, exponent = value.hex().partition("p")
    if mantissa in ("0x1.0000000000000", "0x1.8000000000000") and int(exponent) < -3:
        return f"2^{exponent}" if mantissa.startswith("0x1.0") else f"3 * 2^{int(exponent) - 1}"
    return f"{value:g}"


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of words as lines, each column as wide as its widest word."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
