"""Sizes of axes as a case writes them: ``7``, and ``2x3`` for leading dimensions."""

import re

from conformance.contract import Size

LEADING = re.compile(r"[0-9]*x[0-9x]*")
"""What leading dimensions look like: ``x`` (none), ``5x`` (one), ``2x3``, ``2x3x1``."""


def size_text(size: Size) -> str:
    """A size as a case writes it."""
    if isinstance(size, int):
        return str(size)
    return "x".join(map(str, size)) + ("x" if len(size) < 2 else "")


def parse_size(text: str) -> Size:
    """The size that :func:`size_text` wrote. Raises ``ValueError`` if it is none."""
    if "x" not in text:
        return int(text)
    return tuple(int(length) for length in text.removesuffix("x").split("x") if length)
