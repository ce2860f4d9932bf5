"""Which entry of the old lock is which of the new one, also if it has another name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Matched(Generic[T]):
    """Entries of two locks."""

    both: tuple[tuple[T, T], ...]
    removed: tuple[T, ...]
    added: tuple[T, ...]


def matched(
    old: Sequence[T],
    new: Sequence[T],
    name: Callable[[T], str],
    could_be: Callable[[T, T], int],
) -> Matched[T]:
    """Match by name; then what ``could_be`` is sure of most, if nothing else is as sure."""
    before = {name(entry): entry for entry in reversed(old)}
    after = {name(entry): entry for entry in reversed(new)}
    both = {each: (before[each], after[each]) for each in before.keys() & after.keys()}
    removed = [before[each] for each in sorted(before.keys() - after.keys())]
    added = [after[each] for each in sorted(after.keys() - before.keys())]
    for sureness in (3, 2, 1):
        likely = [
            (one, other) for one in removed for other in added if could_be(one, other) == sureness
        ]
        for one, other in likely:
            rivals = [pair for pair in likely if (pair[0] is one) != (pair[1] is other)]
            if not rivals:
                both[name(one)] = one, other
                removed = [entry for entry in removed if entry is not one]
                added = [entry for entry in added if entry is not other]
    pairs = tuple(both[each] for each in sorted(both))
    return Matched(pairs, tuple(removed), tuple(added))
