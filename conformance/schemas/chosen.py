"""A part of a lock: the entries whose names fit patterns."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from conformance.schemas.lock import Lock


def only(lock: Lock, patterns: Sequence[str]) -> Lock:
    """The lock with the entries whose full name one of the patterns fits, and no others."""

    def fits(name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in patterns)

    return replace(
        lock,
        operators=tuple(each for each in lock.operators if fits(each.schema.full_name)),
        kernels=tuple(each for each in lock.kernels if fits(each.name)),
        functions=tuple(each for each in lock.functions if fits(each.name)),
        switches=tuple(each for each in lock.switches if fits(each.name)),
    )


def entries(lock: Lock) -> Iterator[object]:
    """All entries of a lock."""
    yield from (*lock.operators, *lock.kernels, *lock.functions, *lock.switches)
