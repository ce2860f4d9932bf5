"""Named sizes of an operator: single axes, and any number of leading dimensions."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from conformance.contract.mistake import ContractMistake
from conformance.contract.typed import check_types

Size = int | tuple[int, ...]
"""What a case gives an axis: a number, or the lengths of leading dimensions."""


@dataclass(frozen=True)
class Axis:
    """One named size.

    ``usual`` is taken when nothing is asked of the axis, ``edges`` are the sizes that broke kernels
    before (tile borders, powers of two and their neighbours, sizes of released models).
    """

    name: str
    meaning: str
    least: int = 1
    most: int | None = None
    usual: int = 4
    edges: tuple[int, ...] = ()
    drawn: int = 40
    """The largest size that is drawn freely; beyond it, edges are."""
    of_model: bool = False
    """Whether a model has one size in all its calls, so that a compiler may build it in."""

    def __post_init__(self) -> None:
        check_types(self, f"axis {self.name}")
        _check_name(self.name)
        if self.least < 0:
            raise ContractMistake("", f"axis {self.name}", f"least is {self.least}", "0 or more")
        _check_drawn(f"axis {self.name}", self.drawn)
        for size in (self.usual, *self.edges):
            if not self.allows(size):
                raise ContractMistake(
                    "", f"axis {self.name}", f"size {size} is outside {self.least}..{self.most}"
                )

    def allows(self, size: Size) -> bool:
        """Whether a call may have the axis this long."""
        if not isinstance(size, int):
            return False
        return size >= self.least and (self.most is None or size <= self.most)

    def smaller(self, size: Size) -> Iterator[int]:
        """Simpler sizes, the boldest first."""
        assert isinstance(size, int)
        for less in (self.least, self.least + 1, size // 2, size - size // 4, size - 1):
            if self.least <= less < size:
                yield less

    def moderate(self) -> int:
        """A size of a few elements, for questions that do not depend on it."""
        return max(min(self.usual, 8), self.least)


_LEADING_EDGES: tuple[tuple[int, ...], ...] = (
    (), (0,), (1,), (2,), (33,), (257,), (2, 3), (3, 0), (1, 1), (2, 1, 3),
)  # fmt: skip


@dataclass(frozen=True)
class LeadingAxes:
    """Any number of leading dimensions, written ``"*NAME"`` at the front of a shape.

    A case gives their lengths, none at all included. ``NAME`` alone, in a size or a condition,
    is their product. Ranks from ``least_rank`` to ``most_rank`` are drawn.
    """

    name: str
    meaning: str
    usual: tuple[int, ...] = (5,)
    edges: tuple[tuple[int, ...], ...] = _LEADING_EDGES
    """Lengths that always are asked. The usual ones are those of them that the limits allow."""
    least: int = 0
    """The least length of a dimension."""
    least_rank: int = 0
    most_rank: int = 3
    drawn: int = 12
    """The largest length that is drawn freely; beyond it, edges are."""

    def __post_init__(self) -> None:
        field = f"leading axes {self.name}"
        check_types(self, field)
        _check_name(self.name)
        for limit in ("least", "least_rank"):
            if getattr(self, limit) < 0:
                raise ContractMistake("", field, f"{limit} is {getattr(self, limit)}", "0 or more")
        _check_drawn(field, self.drawn)
        if self.edges is _LEADING_EDGES:
            allowed = tuple(size for size in _LEADING_EDGES if self.allows(size))
            object.__setattr__(self, "edges", allowed)
        for size in (self.usual, *self.edges):
            if not self.allows(size):
                raise ContractMistake(
                    "", f"leading axes {self.name}",
                    f"{size} has not {self.least_rank} to {self.most_rank} dimensions of "
                    f"{self.least} or more",
                )  # fmt: skip

    def allows(self, size: Size) -> bool:
        """Whether a call may have these leading dimensions."""
        if not isinstance(size, tuple) or not self.least_rank <= len(size) <= self.most_rank:
            return False
        return all(length >= self.least for length in size)

    def smaller(self, size: Size) -> Iterator[tuple[int, ...]]:
        """Simpler dimensions, the boldest first: fewer of them, then shorter ones."""
        assert isinstance(size, tuple)
        if len(size) > 1:
            yield (prod(size),)
        for place in range(len(size)):
            if len(size) > self.least_rank:
                yield size[:place] + size[place + 1 :]
        for place, length in enumerate(size):
            for less in (max(self.least, 1), length // 2, length - 1):
                if self.least <= less < length:
                    yield (*size[:place], less, *size[place + 1 :])

    def moderate(self) -> tuple[int, ...]:
        """Dimensions of a few elements, for questions that do not depend on them."""
        return tuple(max(min(length, 8), self.least) for length in self.usual)


AnyAxis = Axis | LeadingAxes


def _check_drawn(field: str, drawn: int) -> None:
    if drawn < 1:
        raise ContractMistake("", field, f"drawn is {drawn}", "1 or more")


def _check_name(name: str) -> None:
    if not name.isidentifier():
        raise ContractMistake("", f"axis {name!r}", "the name must be an identifier")
