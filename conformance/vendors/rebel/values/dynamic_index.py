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
        """The same index: all integer types hold the values that an index may have. B."""
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
        """The length of the axis whose rows the index counts, None if it is unknown.

        It is the index's maximum, or the length of an axis that an index of the same argument was
        used for before.
        """
        if self.maximum is not None:
            return self.maximum
        return current().sizes.get(self.argument)

    def used_for(self, length: int) -> None:
        """Note that the index counts rows of an axis of that length."""
        current().sizes.setdefault(self.argument, length)

    def fills(self, length: int) -> bool:
        """Whether the partition, of that length, was full before and is not the last of its row."""
        return self.read == length and self.position + 1 < len(self.row)
