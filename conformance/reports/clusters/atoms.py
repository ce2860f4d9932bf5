"""Single things that can be said of a case, and which of them hold for all of some cases."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from conformance.reports.clusters.features import ABSENT, CHECK, LAYOUTS, Features

MODULI = (2, 3, 4, 5, 6, 7, *(1 << power for power in range(3, 13)))
"""Lengths of blocks whose remainders are looked at."""
VALUES = " values"
"""How features of patterns of values end."""
MOST_WORDS = 3
"""Words of which one holds: more are no condition that a person would state."""


class Relation(StrEnum):
    """How an atom compares a feature."""

    LEAST = ">="
    MOST = "<="
    IS = "=="
    ONE_OF = "one of"
    NOT = "!="
    HAS = "has"
    """A pattern of values has the word in its name: ``row-all-nan`` has ``nan``."""
    NO_MULTIPLE = "no multiple of"
    MULTIPLE = "a multiple of"
    NO_POWER = "no power of"


_COST = {
    Relation.LEAST: 1.0,
    Relation.MOST: 1.0,
    Relation.ONE_OF: 1.0,
    Relation.NOT: 1.1,
    Relation.HAS: 1.25,
    Relation.NO_MULTIPLE: 1.2,
    Relation.NO_POWER: 1.25,
    Relation.MULTIPLE: 1.3,
    Relation.IS: 1.15,
}


@dataclass(frozen=True)
class Atom:
    """``feature relation values``; several values only for :attr:`Relation.ONE_OF`."""

    feature: str
    relation: Relation
    values: tuple[float | str, ...]

    @property
    def of_number(self) -> bool:
        """Whether it speaks of a number."""
        return self.relation not in (Relation.ONE_OF, Relation.NOT, Relation.HAS)

    @cached_property
    def cost(self) -> float:
        """How much it takes to say: of two that hold alike, the cheaper one is stated."""
        more = 0.3 * (len(self.values) - 1)
        if self.feature == CHECK:
            more += 0.6  # what a check asks says more than its name
        if self.feature == LAYOUTS:
            more -= 0.05
        if " = " in self.feature:
            more += 0.4
        return _COST[self.relation] + more

    def holds(self, case: Features) -> bool:
        """Whether it holds for a case. Of what a case does not say, nothing holds."""
        value = (case.numbers if self.of_number else case.words).get(self.feature)
        return value is not None and _TESTS[self.relation](value, self.values)

    def mask(self, cases: Sequence[Features]) -> int:
        """A bit for each of the cases that it holds for."""
        test, name, values = _TESTS[self.relation], self.feature, self.values
        mask, bit = 0, 1
        of_number = self.of_number
        for case in cases:
            value = case.numbers.get(name) if of_number else case.words.get(name)
            if value is not None and test(value, values):
                mask |= bit
            bit <<= 1
        return mask


_TESTS: dict[Relation, Callable[[Any, tuple[Any, ...]], bool]] = {
    Relation.ONE_OF: lambda value, values: value in values,
    Relation.NOT: lambda value, values: value != values[0],
    Relation.HAS: lambda value, values: values[0] in value.split("-"),
    Relation.IS: lambda value, values: value == values[0],
    Relation.LEAST: lambda value, values: value >= values[0],
    Relation.MOST: lambda value, values: value <= values[0],
    Relation.MULTIPLE: lambda value, values: value % values[0] == 0,
    Relation.NO_POWER: lambda value, values: not is_power(value),
    Relation.NO_MULTIPLE: lambda value, values: value % values[0] != 0,
}


def is_power(value: float) -> bool:
    """Whether a whole number is a power of two: the length that blocks are rounded up to."""
    return int(value).bit_count() == 1


def atoms_for(cases: Sequence[Features], others: Sequence[Features]) -> Iterator[Atom]:
    """Atoms that hold for all ``cases``, as tight as they can be, and not for all ``others``."""
    if not cases:
        return
    first = cases[0]
    for name in first.numbers:
        if all(name in case.numbers for case in cases):
            yield from _of_numbers(name, [case.numbers[name] for case in cases])
    for name in first.words:
        if all(name in case.words for case in cases):
            own = tuple(dict.fromkeys(case.words[name] for case in cases))
            if len(own) <= (1 if name == CHECK else MOST_WORDS):
                yield Atom(name, Relation.ONE_OF, own)
            if name.endswith(VALUES) and len(own) > 1:
                for word in sorted(set.intersection(*(set(each.split("-")) for each in own))):
                    yield Atom(name, Relation.HAS, (word,))
            beside = {case.words[name] for case in others if name in case.words} - set(own)
            if len(beside) == 1:
                yield Atom(name, Relation.NOT, (beside.pop(),))
            elif ABSENT not in own and ABSENT in beside:
                yield Atom(name, Relation.NOT, (ABSENT,))


def _of_numbers(name: str, values: Sequence[float]) -> Iterator[Atom]:
    yield Atom(name, Relation.LEAST, (min(values),))
    yield Atom(name, Relation.MOST, (max(values),))
    if min(values) == max(values):
        yield Atom(name, Relation.IS, (values[0],))
    if any(value != int(value) for value in values):
        return
    for modulus in MODULI:
        if all(value % modulus for value in values):
            yield Atom(name, Relation.NO_MULTIPLE, (modulus,))
        elif not any(value % modulus for value in values):
            yield Atom(name, Relation.MULTIPLE, (modulus,))
    if not any(map(is_power, values)):
        yield Atom(name, Relation.NO_POWER, (2,))


def any_atoms(cases: Sequence[Features]) -> Iterator[Atom]:
    """Atoms that hold for some of the cases: what a part of them may have in common."""
    for name in {name: None for case in cases for name in case.numbers}:
        values = sorted({case.numbers[name] for case in cases if name in case.numbers})
        for value in values[1:]:
            yield Atom(name, Relation.LEAST, (value,))
        for value in values[:-1]:
            yield Atom(name, Relation.MOST, (value,))
        whole = [value for value in values if value == int(value)]
        for modulus in MODULI if len(values) > 1 else ():
            if any(value % modulus for value in whole):
                yield Atom(name, Relation.NO_MULTIPLE, (modulus,))
                yield Atom(name, Relation.MULTIPLE, (modulus,))
        if len(whole) > 1:
            yield Atom(name, Relation.NO_POWER, (2,))
    for name in {name: None for case in cases for name in case.words}:
        words = dict.fromkeys(case.words[name] for case in cases if name in case.words)
        for word in words if len(words) > 1 else ():
            yield Atom(name, Relation.ONE_OF, (word,))
        if name.endswith(VALUES):
            for word in dict.fromkeys(part for each in words for part in each.split("-")):
                yield Atom(name, Relation.HAS, (word,))
