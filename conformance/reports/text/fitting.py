"""Lines that fit a terminal; where there is none, every line is whole."""

from textwrap import wrap

_LEAST = 40
"""Columns below which nothing is cut: too little would be left."""


def cut(text: str, width: int | None) -> str:
    """A text without its middle if it is longer than ``width`` columns; None: it stays whole."""
    if width is None or len(text) <= width or width < _LEAST // 2:
        return text
    front = (width - 1) * 2 // 3
    return f"{text[:front]}…{text[len(text) - (width - 1 - front) :]}"


def wrapped(text: str, width: int | None, indent: str) -> list[str]:
    """Lines of at most ``width`` columns, all but the first one indented; None: one line."""
    if width is None or len(text) <= width or width < _LEAST:
        return [text]
    return wrap(
        text,
        width,
        subsequent_indent=indent,
        break_on_hyphens=False,
        replace_whitespace=False,
        drop_whitespace=True,
    )
