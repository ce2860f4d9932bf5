"""What is mutated, which tests are run against it, and which mutants no test can notice."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
"""The checkout, or a copy of it."""


@dataclass(frozen=True)
class Room:
    """Files of the checkout, and the tests that are run against a mutant of them."""

    files: tuple[str, ...]
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Equivalent:
    """Mutants of a line in a function that compute the same as the line does."""

    file: str
    function: str
    line: str
    mutant: str
    reason: str


def rooms(paths: Sequence[str] = ()) -> list[Room]:
    """The rooms that have files at or below ``paths``, with these files only; all without paths.

    Raises :class:`FileNotFoundError` for a pattern or a test of the table that does not exist.
    """
    table = tomllib.loads(Path(__file__).with_name("rooms.toml").read_text())["room"]
    found = []
    for room in table:
        files = [file for pattern in room["files"] for file in _files(pattern)]
        kept = [f for f in files if not paths or any(_below(f, path) for path in paths)]
        tests = [test for pattern in room["tests"] for test in _tests(pattern)]
        if kept:
            found.append(Room(tuple(kept), tuple(tests)))
    return found


def _files(pattern: str) -> Iterator[str]:
    found = sorted(CHECKOUT.glob(pattern))
    if not found:
        raise FileNotFoundError(f"rooms.toml names {pattern}, where there is no file")
    yield from (path.relative_to(CHECKOUT).as_posix() for path in found)


def _tests(pattern: str) -> list[str]:
    """The tests that a name or a pattern stands for; only a pattern may stand for none."""
    found = sorted(path.relative_to(CHECKOUT).as_posix() for path in CHECKOUT.glob(pattern))
    if not found and "*" not in pattern:
        raise FileNotFoundError(f"rooms.toml names {pattern}, which does not exist")
    return found


def _below(file: str, path: str) -> bool:
    path = path.rstrip("/")
    return file == path or file.startswith(f"{path}/") or fnmatch(file, path)


def equivalents() -> list[Equivalent]:
    """The listed mutants that no test can notice, one for each text that a line may become."""
    table = tomllib.loads(Path(__file__).with_name("equivalent.toml").read_text())
    return [
        Equivalent(entry["file"], entry["function"], entry["line"], mutant, entry["reason"])
        for entry in table.get("equivalent", [])
        for mutant in entry["mutants"]
    ]
