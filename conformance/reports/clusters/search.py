"""The simplest conjunction that tells cases from others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from conformance.reports.clusters.atoms import Atom, any_atoms, atoms_for
from conformance.reports.clusters.features import CHECK, Features

MOST_ATOMS = 3
_LEFT = 0.6
"""The part of the others that may be left by a further atom, where none keeps all out."""
_GAIN = 0.05
"""How much of all cases it then has to keep out."""
_MOST_KEPT = 60
"""Atoms of which groups are looked at: those that keep out most."""
_PAIRED = 400
"""Atoms of which pairs are looked at."""


@dataclass(frozen=True)
class Rule:
    """A conjunction, and how many of the others it holds for as well."""

    atoms: tuple[Atom, ...]
    also: int = 0

    @property
    def perfect(self) -> bool:
        """Whether it holds for none of the others."""
        return not self.also

    @property
    def cost(self) -> float:
        return sum(atom.cost for atom in self.atoms)

    def holds(self, case: Features) -> bool:
        return all(atom.holds(case) for atom in self.atoms)


def simplest(
    cases: Sequence[Features], others: Sequence[Features], without: Iterable[str] = ()
) -> Rule:
    """The rule that holds for all ``cases``: one atom, else two, else three, that keep out all
    ``others``; where none does, the best one.

    Features of the names ``without`` are not used.
    """
    if not others or not cases:
        return Rule(())
    if not any(case.empty for case in cases):
        # A tensor without elements shows nothing, whatever is wrong.
        others = [case for case in others if not case.empty]
        if not others:
            return Rule(())
    excluded = set(without)
    atoms = [atom for atom in atoms_for(cases, others) if atom.feature not in excluded]
    kept = _undominated({atom: atom.mask(others) for atom in atoms}, len(others))
    best = Rule((), len(others))
    for count in range(1, MOST_ATOMS + 1):
        found = _of(count, kept)
        if found is None:
            break
        if found.perfect:
            return found
        if CHECK not in [atom.feature for atom in found.atoms] and _worth(best, found, len(cases)):
            best = found
    return best


def _worth(before: Rule, after: Rule, cases: int) -> bool:
    """Whether a further atom tells enough, where no rule keeps out all others."""
    kept_out = before.also - after.also
    return after.also <= _LEFT * before.also and kept_out >= _GAIN * (cases + before.also)


def _undominated(masks: dict[Atom, int], count: int) -> list[tuple[Atom, int]]:
    """Atoms that keep something out which no cheaper one keeps out as well."""
    cheapest: dict[int, Atom] = {}
    for atom, mask in masks.items():
        if mask == (1 << count) - 1:
            continue
        known = cheapest.get(mask)
        if known is None or _rank(atom) < _rank(known):
            cheapest[mask] = atom
    kept = []
    for mask, atom in sorted(cheapest.items(), key=lambda each: each[0].bit_count()):
        if not any(
            other & mask == other and other != mask and each.cost <= atom.cost
            for other, each in cheapest.items()
        ):
            kept.append((atom, mask))
    return kept[:_MOST_KEPT]


def _rank(atom: Atom) -> tuple[float, float]:
    """The cheaper atom; of two moduli the larger: the block that nothing speaks against."""
    value = atom.values[0]
    return atom.cost, -value if isinstance(value, int | float) else 0.0


def _of(count: int, atoms: Sequence[tuple[Atom, int]]) -> Rule | None:
    """The best rule of so many atoms."""
    best: tuple[int, float] | None = None
    chosen: tuple[Atom, ...] = ()
    for group in combinations(atoms, count):
        mask = group[0][1]
        for _, other in group[1:]:
            mask &= other
        left = mask.bit_count()
        if best is not None and left > best[0]:
            continue
        cost = sum([atom.cost for atom, _ in group])
        if best is None or (left, cost) < best:
            best, chosen = (left, cost), tuple(atom for atom, _ in group)
    return None if best is None else Rule(chosen, best[0])


def part_of(cases: Sequence[Features], others: Sequence[Features]) -> Rule | None:
    """The rule of one or two atoms that holds for most of ``cases``, not all, and no other."""
    atoms = list(any_atoms(cases))
    if len(atoms) > _PAIRED:
        atoms = atoms[:: len(atoms) // _PAIRED + 1]
    known = [(atom, atom.mask(cases), atom.mask(others)) for atom in atoms]
    best: tuple[int, float] = (0, 0.0)
    chosen: Rule | None = None
    for one, ours, theirs in known:
        if not theirs and (ours.bit_count(), -one.cost) > best:
            best, chosen = (ours.bit_count(), -one.cost), Rule((one,))
    for (one, ours, theirs), (other, more, beside) in combinations(known, 2):
        if theirs & beside or (ours & more).bit_count() < best[0]:
            continue
        rank = ((ours & more).bit_count(), -one.cost - other.cost)
        if rank > best:
            best, chosen = rank, Rule((one, other))
    return chosen if best[0] else None
