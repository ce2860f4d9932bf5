"""Which argument of the old list is which of the new one, also if it has another name."""

from collections.abc import Sequence
from dataclasses import dataclass

from conformance.schemas.schema import Argument


@dataclass(frozen=True)
class Paired:
    """Two lists of arguments, matched."""

    both: tuple[tuple[Argument, Argument], ...]
    """In the order of the old list."""
    removed: tuple[Argument, ...]
    added: tuple[Argument, ...]

    @property
    def renamed(self) -> dict[str, str]:
        """New names by old ones, for those that have another."""
        return {old.name: new.name for old, new in self.both if old.name != new.name}


def pair(old: Sequence[Argument], new: Sequence[Argument]) -> Paired:
    """Match by name; then those that stand behind the same argument and are alike but for names."""
    by_name = {argument.name: argument for argument in new}
    found = {argument.name: by_name[argument.name] for argument in old if argument.name in by_name}
    common = set(found)
    free = [argument for argument in new if argument.name not in common]
    behind_new = _neighbours(new, common)
    behind_old = _neighbours(old, common)
    for argument in old:
        if argument.name in common:
            continue
        for candidate in free:
            same_place = behind_old[argument.name] == behind_new[candidate.name]
            if same_place and _alike(argument, candidate):
                found[argument.name] = candidate
                free.remove(candidate)
                break
    return Paired(
        tuple((argument, found[argument.name]) for argument in old if argument.name in found),
        tuple(argument for argument in old if argument.name not in found),
        tuple(free),
    )


def _neighbours(arguments: Sequence[Argument], common: set[str]) -> dict[str, tuple[str, bool]]:
    """For each argument, the nearest one before it that both lists have."""
    last, found = "", {}
    for argument in arguments:
        found[argument.name] = (last, argument.keyword_only)
        if argument.name in common:
            last = argument.name
    return found


def _alike(old: Argument, new: Argument) -> bool:
    return (old.type, old.writes, old.default is None) == (
        new.type,
        new.writes,
        new.default is None,
    )
