"""What the line of a case says, as numbers and words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import combinations
from math import prod

from conformance.case import Case, CaseError

CHECK = "check"
"""The word that names the check which asked a case."""
LAYOUTS = "layouts"
"""The word that says whether a tensor of the case is not dense."""
NOT_DENSE = "not dense"
ABSENT = "none"
_MOST_PAIRED = 6
"""Axes that are compared with each other; of more, none are."""


@dataclass(frozen=True)
class Features:
    """A case as a point: ``numbers`` (sizes, options) and ``words`` (the rest), by name.

    Sizes of leading axes are their product; how many there are is a number of its own. Names of
    words end in what they are: ``gating dtype``, ``gating values``, ``gating layout``; an option
    has its own name; ``T = E`` is ``yes`` where two sizes are equal.
    """

    numbers: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    empty: bool = False
    """Whether a size is 0."""

    @cached_property
    def key(self) -> tuple[tuple[str, float | str], ...]:
        """Equal for cases that say the same, in whatever check."""
        words = ((name, word) for name, word in self.words.items() if name != CHECK)
        return (*self.numbers.items(), *words)


@lru_cache(maxsize=65536)
def features_of(line: str) -> Features | None:
    """The features of a line; None for a text that is no case."""
    try:
        case = Case.parse(line)
    except CaseError:
        return None
    numbers: dict[str, float] = {}
    words: dict[str, str] = {CHECK: case.check}
    for name, size in case.axes.items():
        numbers[name] = size if isinstance(size, int) else prod(size)
        if not isinstance(size, int):
            numbers[f"dimensions of {name}"] = len(size)
    names = list(case.axes)
    if len(names) <= _MOST_PAIRED:
        for one, other in combinations(names, 2):
            words[f"{one} = {other}"] = "yes" if numbers[one] == numbers[other] else "no"
    dense = True
    for name, spec in case.tensors.items():
        words |= {f"{name} {what}": word for what, word in vars(spec).items()}
        dense &= spec.layout in ("dense", ABSENT)
    words[LAYOUTS] = "dense" if dense else NOT_DENSE
    for name, word in case.options.items():
        number = _number(word)
        if number is None:
            words[name] = word
        else:
            numbers[name] = number
    empty = any(numbers[name] == 0 for name in names)
    return Features(numbers, words, empty)


def _number(word: str) -> float | None:
    """A plain number; a word that only looks like one (``nan``, ``1_0``) is none."""
    if not word.lstrip("-").replace(".", "", 1).isdigit():
        return None
    return float(word) if "." in word else int(word)
