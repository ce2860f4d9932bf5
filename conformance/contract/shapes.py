"""Shapes of tensors in terms of axes."""

from collections.abc import Mapping
from functools import lru_cache

from conformance.contract.axes import Size
from conformance.contract.expressions import Expression

Shape = tuple[str | int, ...]
"""The axes of a tensor: names of axes, numbers, or sizes worked out of axes (``"NP * P"``).

``"*M"`` in front stands for the leading dimensions called M. ``"?"`` is a size that depends on
data: the reference tells it.
"""


def is_leading(size: str | int) -> bool:
    """Whether an entry of a shape stands for leading dimensions."""
    return isinstance(size, str) and size.startswith("*")


def depends_on_data(size: str | int) -> bool:
    """Whether an entry of a shape is known only when the reference has answered."""
    return isinstance(size, str) and size.startswith("?")


def names_in(size: str | int) -> frozenset[str]:
    """The axes that an entry of a shape depends on. Raises ``ValueError`` if it is none."""
    if isinstance(size, int) or depends_on_data(size):
        return frozenset()
    if is_leading(size):
        return frozenset({size[1:].strip()})
    return _expression(size).names()


def shape_of(shape: Shape, axes: Mapping[str, Size]) -> tuple[int, ...]:
    """A shape in numbers, a size that depends on data as 1.

    Raises ``KeyError`` for an axis without a size.
    """
    lengths: list[int] = []
    for size in shape:
        lengths += _lengths(size, axes)
    return tuple(lengths)


def rank_of(shape: Shape, axes: Mapping[str, Size]) -> int:
    """How many dimensions a shape has."""
    return len(shape_of(shape, axes))


def size_of(size: str | int, axes: Mapping[str, Size]) -> int:
    """One size in numbers."""
    (length,) = _lengths(size, axes)
    return length


def _lengths(size: str | int, axes: Mapping[str, Size]) -> tuple[int, ...]:
    if isinstance(size, int):
        return (size,)
    if depends_on_data(size):
        return (1,)
    if is_leading(size):
        leading = axes[size[1:].strip()]
        return leading if isinstance(leading, tuple) else (leading,)
    plain = axes.get(size)
    return (plain,) if isinstance(plain, int) else (_expression(size).size(axes),)


@lru_cache(maxsize=1024)
def _expression(text: str) -> Expression:
    return Expression(text)
