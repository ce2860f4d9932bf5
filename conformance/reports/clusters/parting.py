"""One finding that two faults show: taken apart where two simple conditions explain it."""

from collections.abc import Sequence

from conformance.events.finding import Kind
from conformance.reports.clusters.features import LAYOUTS, features_of
from conformance.reports.clusters.scope import Scope, points
from conformance.reports.clusters.search import Rule, part_of
from conformance.reports.clusters.units import Shown, Unit, rule_for

LAYOUT = "layout"
_LEAST_SUPPORT = 3
"""Cases that each of two faults needs which show the same finding."""
_MOST_ATOMS = 2
"""Atoms of the condition of each."""


def parts_of(whole: Unit, scope: Scope) -> list[Unit]:
    """A unit that no rule explains as two that simple ones do; itself, if there are none.

    Each needs cases enough, and what the rules speak of must differ: two layouts are no two faults.
    """
    if whole.rule.perfect or Kind.WAIVER in whole.kinds:
        return [whole]
    first = part_of(points(whole.lines), scope.others(whole.checks, whole.kinds))
    if first is None:
        return [whole]
    parts = [Unit(part, rule_for(part, scope)) for part in _divided(whole.shown, first)]
    clear = all(_is_clear(part) for part in parts)
    return parts if clear and not _topics(parts[0]) & _topics(parts[1]) else [whole]


def _is_clear(part: Unit) -> bool:
    rule = part.rule
    enough = len(points(part.lines)) >= _LEAST_SUPPORT
    return enough and rule.perfect and 0 < len(rule.atoms) <= _MOST_ATOMS


def _topics(part: Unit) -> set[str]:
    """What a rule speaks of; layouts of all tensors are one topic, and so are values."""
    last = (atom.feature.rpartition(" ") for atom in part.rule.atoms)
    return {what if name and what in ("layout", "values") else LAYOUT if what == LAYOUTS
            else f"{name} {what}" for name, _, what in last}  # fmt: skip


def _divided(shown: Sequence[Shown], rule: Rule) -> tuple[tuple[Shown, ...], tuple[Shown, ...]]:
    """The failures with the cases that a rule holds for, and with the others."""
    sides: tuple[list[Shown], list[Shown]] = ([], [])
    for each in shown:
        for side, wanted in zip(sides, (True, False), strict=True):
            lines = tuple(line for line in each.lines if _holds(rule, line) is wanted)
            if lines:
                side.append(Shown(each.check, each.failure, lines))
    return tuple(sides[0]), tuple(sides[1])


def _holds(rule: Rule, line: str) -> bool:
    features = features_of(line)
    return features is not None and rule.holds(features)
