"""What became of the mutants, file by file, and those that lived."""

from collections import Counter
from collections.abc import Iterable, Mapping

from benchmarks.mutation.mutants import Fate, Mutant
from benchmarks.mutation.rooms import Equivalent

MOST = 0.05
"""The part of the mutants looked at that may live beyond those that are listed as equivalent."""


def sort_out(
    fates: Mapping[Mutant, Fate], listed: Iterable[Equivalent]
) -> tuple[list[Mutant], set[Mutant], list[str]]:
    """Who lives for no listed reason; who is listed; and what is wrong with the list."""
    by_place = {(e.file, e.function, e.line, e.mutant): e for e in listed}
    places = {key[:2] for key in by_place}
    unmatched, alive, equivalent, complaints = dict(by_place), [], set(), []
    for mutant, fate in fates.items():
        key = None
        if (mutant.file, mutant.function) in places:
            key = (mutant.file, mutant.function, *mutant.change())
        if key in by_place:
            unmatched.pop(key, None)
            equivalent.add(mutant)
            if fate is Fate.KILLED:
                complaints.append(f"listed as equivalent, but a test notices it: {_text(key)}")
        elif fate is Fate.LIVED:
            alive.append(mutant)
    files = {mutant.file for mutant in fates}
    complaints += [
        f"listed as equivalent, but there is no such mutant: {_text(key)}"
        for key in unmatched
        if key[0] in files
    ]
    return alive, equivalent, complaints


def _text(key: tuple[str, ...]) -> str:
    file, function, line, mutant = key
    return f"{file}, {function}: {line!r} → {mutant!r}"


def table(fates: Mapping[Mutant, Fate], equivalent: set[Mutant]) -> str:
    """A line for each file and one for all: how many were made, and what became of them."""
    files: dict[str, Counter[str]] = {}
    for mutant, fate in fates.items():
        for file in (mutant.file, "all"):
            count = files.setdefault(file, Counter())
            count["made"] += 1
            count["looked at"] += fate is not Fate.NOT_LOOKED_AT
            listed = mutant in equivalent and fate is Fate.LIVED
            count["equivalent" if listed else fate.value] += 1
    total = files.pop("all", Counter())
    words = ("made", "looked at", "killed", "timeout", "lived", "equivalent")
    rows = [("file", *words)]
    for file, count in [*sorted(files.items()), ("all", total)]:
        rows.append((file, *(str(count[word]) for word in words)))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        row[0].ljust(widths[0])
        + "".join(f"  {cell.rjust(width)}" for cell, width in zip(row[1:], widths[1:], strict=True))
        for row in rows
    )
