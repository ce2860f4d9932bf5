"""Shapes of tensors in terms of axes."""

from collections.abc import Mapping
from functools import lru_cache

from conformance.contract.arguments import Shape
from conformance.contract.axes import Expression


def names_in(size: str | int) -> frozenset[str]:
    """The axes that a size in a shape depends on."""
    return frozenset() if isinstance(size, int) else _expression(size).names()


def shape_of(shape: Shape, axes: Mapping[str, int]) -> tuple[int, ...]:
    """A shape in numbers. Raises ``KeyError`` for an axis without a size."""
    return tuple(_size_of(size, axes) for size in shape)


def _size_of(size: str | int, axes: Mapping[str, int]) -> int:
    if isinstance(size, int):
        return size
    return axes[size] if size in axes else _expression(size).size(axes)


@lru_cache(maxsize=1024)
def _expression(text: str) -> Expression:
    return Expression(text)
