"""Calls whose time is measured, named by what matters for it: sizes, a dtype, further words."""

from collections.abc import Mapping

Point = Mapping[str, int | str]
"""What a call is made from: sizes by the names of axes, and words.

``"dtype"`` is the dtype of the first tensor and of those that share it; ``NAME_dtype``,
``NAME_values`` and ``NAME_layout`` say how another tensor is made; any other word is the value of
an argument that is no tensor, or of a choice. What a point does not name is usual.
"""

DTYPE = "dtype"


def point_text(point: Point) -> str:
    """A point on one line: ``T=64 E=128 K=8 bfloat16``."""
    words = (f"{name}={value}" for name, value in point.items() if name != DTYPE)
    return " ".join([*words, *([str(point[DTYPE])] if DTYPE in point else [])])
