"""Findings of one cause put together: those whose cases one condition explains."""

from collections.abc import Sequence

from conformance.events.finding import Kind
from conformance.reports.clusters.features import CHECK, Features
from conformance.reports.clusters.scope import OF_ANSWERS, Scope, points
from conformance.reports.clusters.search import Rule, simplest
from conformance.reports.clusters.units import Unit, rule_for

_LOSS = 0.75
"""How much of what a rule tells may be lost by putting two together, where none tells all."""
_LEAST_SUPPORT = 3
"""Cases on each side that it takes to say that a fault has a condition of its own."""


def merged(units: Sequence[Unit], scope: Scope) -> list[Unit]:
    """As few as the conditions allow; units come with those that most cases show first."""
    clusters: list[Unit] = []
    for unit in units:
        for place, cluster in enumerate(clusters):
            if (both := _together(cluster, unit, scope)) is not None:
                clusters[place] = both
                break
        else:
            clusters.append(unit)
    return clusters


def _together(one: Unit, other: Unit, scope: Scope) -> Unit | None:
    """The two as one, if they have one cause."""
    if Kind.WAIVER in one.kinds | other.kinds or not (one.lines and other.lines):
        return None
    rule = rule_for([*one.shown, *other.shown], scope)
    both = Unit((*one.shown, *other.shown), rule)
    own, more = points(one.lines), points(other.lines)
    if rule.perfect and rule.atoms:
        fits = True
    elif _inside(more, own) or _inside(own, more):
        # One call that shows two things shows one fault, if nothing tells them apart.
        fits = True
    elif rule.atoms:
        fits = _no_worse(rule, both, one, other)
    elif rule.perfect:  # nothing that passes is there to compare with
        fits = _of_one_sort(one, other)
    else:
        fits = _same_place(one, other) and not (one.rule.perfect and other.rule.perfect)
    if not fits or _apart(one, other, rule, scope):
        return None
    return both


def _no_worse(rule: Rule, both: Unit, one: Unit, other: Unit) -> bool:
    """Whether a rule that also holds for cases that pass tells as much of both as of each."""
    if one.rule.perfect and other.rule.perfect:
        return False
    share = _share(rule, both)
    for unit in (one, other):
        if unit.rule.perfect and len(unit.rule.atoms) == 1:
            return False
        if not unit.rule.perfect and share < _LOSS * _share(unit.rule, unit):
            return False
    return True


def _share(rule: Rule, unit: Unit) -> float:
    """The part of the cases that a rule holds for which show the fault."""
    count = len(points(unit.lines))
    return count / (count + rule.also)


def _inside(some: Sequence[Features], others: Sequence[Features]) -> bool:
    """Whether all cases of some are among the others, asked by the same checks."""
    keys = {(case.words[CHECK], case.key) for case in others}
    return all((case.words[CHECK], case.key) in keys for case in some)


def _of_one_sort(one: Unit, other: Unit) -> bool:
    """Whether both say that answers are wrong, or speak of one place."""
    return (one.kinds <= OF_ANSWERS and other.kinds <= OF_ANSWERS) or _same_place(one, other)


def _same_place(one: Unit, other: Unit) -> bool:
    """Whether both name one line of the kernel, for the same thing."""
    places = {(f.line, f.about) for f in one.findings if f.line}
    return any((f.line, f.about) in places for f in other.findings)


def _apart(one: Unit, other: Unit, rule: Rule, scope: Scope) -> bool:
    """Whether each has a condition of its own, as simple as the one that both would share."""
    for own, beside in ((one, other), (other, one)):
        clean = _clean(own, beside, scope)
        if clean is None or clean.cost > rule.cost + 0.5:
            return False
    return True


def _clean(own: Unit, beside: Unit, scope: Scope) -> Rule | None:
    """The rule that tells a unit's cases from all others of its checks; None without one.

    Cases of the other unit count where this one could have shown itself: in its own checks. A unit
    that shows itself wherever the other one does, and elsewhere, keeps its rule.
    """
    cases = points(own.lines)
    shared = points(
        line for each in beside.shown if each.check in own.checks for line in each.lines
    )
    keys = {(case.words[CHECK], case.key) for case in cases}
    theirs = [case for case in shared if (case.words[CHECK], case.key) not in keys]
    if not theirs:
        is_wider = own.rule.perfect and 0 < len(shared) < len(cases)
        return own.rule if is_wider else None
    if len(cases) < _LEAST_SUPPORT or len(theirs) < _LEAST_SUPPORT:
        return None
    others = [*scope.others(own.checks, own.kinds), *theirs]
    found = simplest(cases, others, without=[CHECK])
    return found if found.perfect and found.atoms else None
