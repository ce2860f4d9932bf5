"""Indices that are read from tensors while a kernel runs, and remember where from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from conformance.vendors.rebel.watching.running import current, unsupported


@dataclass(frozen=True)
class DynamicIndex:
    """A value of an index tensor, with what was added since: ``value``.

    ``read`` is the value as it was read, ``row`` the values of its row, ``position`` its place in
    the row, ``maximum`` its upper bound if the kernel gave one. A row holds what each partition of
    a sequence contributes.
    """

    value: int
    read: int
    argument: str
    byte_offset: int
    row: tuple[int, ...]
    position: int
    maximum: int | None = None

    def cast(self, dtype: Any) -> DynamicIndex:
        """The same index: its type has no effect on the values that an index may have. B."""
        return self

    to = cast

    def __add__(self, other: Any) -> DynamicIndex:
        if isinstance(other, int):
            return replace(self, value=self.value + other)
        raise unsupported(f"adding a {type(other).__name__} to a dynamic index")

    __radd__ = __add__

    def __sub__(self, other: Any) -> DynamicIndex:
        return self + (-other if isinstance(other, int) else other)

    def __bool__(self) -> bool:
        raise unsupported("a branch on the value of a dynamic index")

    def size(self) -> int | None:
        """How long the axis is that the index counts: its maximum, or the length of the axis that a
        value of the same argument was used for before; None if neither is known."""
        if self.maximum is not None:
            return self.maximum
        return current().sizes.get(self.argument)

    def used_for(self, length: int) -> None:
        """Note that the index counts rows of an axis of that length."""
        current().sizes.setdefault(self.argument, length)

    def fills(self, length: int) -> bool:
        """Whether its partition of that length was full already, and the row has further ones."""
        return self.read == length and self.position + 1 < len(self.row)
