"""The mutants of a room: which there are, what each changes, and what became of it."""

import random
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.format_utils import orig_function_and_class_names_from_key

from benchmarks.mutation.rooms import Room
from benchmarks.mutation.stage import inside, results, staged

SKIPPED = 34
"""mutmut's exit code for a mutant that is not to be looked at."""


class Fate(Enum):
    """What became of a mutant."""

    KILLED = "killed"
    TIMEOUT = "timeout"
    LIVED = "lived"
    NOT_LOOKED_AT = "not looked at"


FATES = {
    "survived": Fate.LIVED,
    "no tests": Fate.LIVED,
    "timeout": Fate.TIMEOUT,
    "skipped": Fate.NOT_LOOKED_AT,
    "not checked": Fate.NOT_LOOKED_AT,
    "check was interrupted by user": Fate.NOT_LOOKED_AT,
}
"""By mutmut's words; anything else, such as a crash, is a mutant that was noticed."""


@dataclass(frozen=True)
class Mutant:
    """One change of one function. ``folder`` is the copy of the checkout that it lives in."""

    folder: Path
    file: str
    name: str

    @property
    def function(self) -> str:
        """The function's name, after that of its class."""
        function, owner = orig_function_and_class_names_from_key(self.name)
        return f"{owner}.{function}" if owner else function

    def diff(self) -> list[str]:
        """The lines of a unified diff of the function."""
        with inside(self.folder):
            return get_diff_for_mutant(self.name, path=Path(staged(self.file))).split("\n")

    def change(self) -> tuple[str, str]:
        """The changed lines before and after, without their indentation."""
        lines = self.diff()[2:]
        before, after = (
            "\n".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
        )
        return before, after


def mutants_of(room: Room, folder: Path) -> list[Mutant]:
    """All that were made, in the order of files and functions."""
    with inside(folder):
        return [
            Mutant(folder, file, name)
            for file in room.files
            for name in results(file).exit_code_by_key
        ]


def sample(mutants: list[Mutant], count: int, seed: int) -> set[Mutant]:
    """As many of them as are wanted, drawn from a seed; all if ``count`` is 0."""
    if not count or count >= len(mutants):
        return set(mutants)
    return set(random.Random(seed).sample(mutants, count))


def leave_out(room: Room, folder: Path, wanted: set[Mutant]) -> None:
    """Have mutmut look at the ``wanted`` mutants only."""
    names = {mutant.name for mutant in wanted}
    with inside(folder):
        for file in room.files:
            data = results(file)
            for name in data.exit_code_by_key:
                data.exit_code_by_key[name] = None if name in names else SKIPPED
            data.save()


def fates(room: Room, folder: Path) -> dict[Mutant, Fate]:
    """What became of each mutant of a room."""
    with inside(folder):
        return {
            Mutant(folder, file, name): FATES.get(status_by_exit_code[code], Fate.KILLED)
            for file in room.files
            for name, code in results(file).exit_code_by_key.items()
        }
