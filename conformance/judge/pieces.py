"""A large case piece by piece, along the axis whose entries are independent."""

from collections.abc import Iterator, Mapping
from math import prod

import torch

from conformance.contract import Contract, Shape, Size

ROWS_AT_ONCE = 1 << 15
"""Rows judged together: the fp64 copies of a larger piece would outweigh the experiment."""


class Piece:
    """Rows ``first`` to ``last`` of everything that has the independent axis."""

    def __init__(self, contract: Contract, axes: Mapping[str, Size], first: int, last: int) -> None:
        name = contract.independent
        size = axes[name] if name else None
        total = prod(size) if isinstance(size, tuple) else size
        self.first = first
        self._rows = slice(first, last)
        self._whole = name is None or (first == 0 and last == total)
        self._front = f"*{name}" if isinstance(size, tuple) else name
        self._leading = len(size) if isinstance(size, tuple) else 1
        self.axes = dict(axes)
        """The sizes of the piece."""
        if not self._whole and name is not None:
            self.axes[name] = (last - first,) if isinstance(size, tuple) else last - first

    def cut(self, shape: Shape, tensor: torch.Tensor) -> torch.Tensor:
        """The rows of a tensor; leading dimensions become one where they are cut."""
        if self._whole or self._front not in shape:
            return tensor
        if shape[0] == self._front:
            return tensor.flatten(0, self._leading - 1)[self._rows]
        place = shape.index(self._front) - len(shape)
        return tensor.narrow(place, self._rows.start, self._rows.stop - self._rows.start)

    def first_of(self, shape: Shape) -> int:
        """What the first row of a cut tensor is called in the whole one."""
        return self.first if shape and shape[0] == self._front else 0


def pieces(contract: Contract, axes: Mapping[str, Size]) -> Iterator[Piece]:
    """All of a case, in pieces that the judge can hold."""
    size = axes[contract.independent] if contract.independent else 1
    total = prod(size) if isinstance(size, tuple) else size
    if total <= ROWS_AT_ONCE:
        yield Piece(contract, axes, 0, total)
        return
    for first in range(0, total, ROWS_AT_ONCE):
        yield Piece(contract, axes, first, min(first + ROWS_AT_ONCE, total))
