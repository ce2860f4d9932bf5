"""The causes of what failed in a run."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import prod

from conformance.case import Case, CaseError
from conformance.events.events import CheckFinished, Event
from conformance.events.finding import Finding, Kind
from conformance.events.severity import Severity
from conformance.reports.clusters.cluster import Cluster
from conformance.reports.clusters.merging import merged
from conformance.reports.clusters.parting import parts_of
from conformance.reports.clusters.refused import accepted
from conformance.reports.clusters.scope import REFUSING, Scope, points
from conformance.reports.clusters.units import Shown, Unit, units_of
from conformance.reports.clusters.wording import condition_text


def clusters_of(events: Iterable[Event]) -> tuple[Cluster, ...]:
    """The causes of the failures of one run, those first that most checks see.

    Failures that a waiver covers are none. It works on what is known: on a run that is broken off
    as well as on a log.
    """
    checks = [event for event in events if isinstance(event, CheckFinished)]
    # Several reports of one command ask for the same.
    key = tuple(map(id, checks))
    if key not in _KNOWN:
        while len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.pop(next(iter(_KNOWN)))
        _KNOWN[key] = checks, _found(checks)
    return _KNOWN[key][1]


_MOST_KNOWN = 64
_KNOWN: dict[tuple[int, ...], tuple[list[CheckFinished], tuple[Cluster, ...]]] = {}
"""Clusters of the last runs, with their events: as long as these are here, no other has their id.
"""


def _found(checks: Sequence[CheckFinished]) -> tuple[Cluster, ...]:
    scope = Scope.of(checks)
    order = [event.check for event in checks]
    weights = {event.check: event.severity for event in checks}
    units = merged(units_of(checks, scope), scope)
    parts = [part for unit in units for part in parts_of(unit, scope)]
    found = [_cluster(part, scope, order) for part in parts]
    found += [cluster for event in checks if (cluster := accepted(event))]
    found = [_weighed(cluster, weights) for cluster in found]
    return tuple(sorted(found, key=lambda c: (c.warning, -len(c.checks), -c.cases)))


def _weighed(cluster: Cluster, weights: Mapping[str, Severity]) -> Cluster:
    return replace(cluster, warning=all(weights[c] is Severity.WARN for c in cluster.checks))


def _cluster(unit: Unit, scope: Scope, order: Sequence[str]) -> Cluster:
    lines: dict[str, dict[str, None]] = {}
    for each in unit.shown:
        lines.setdefault(each.check, {}).update(dict.fromkeys(each.lines))
    checks = {check: max(1, len(lines[check])) for check in order if check in lines}
    shown = _shown(unit, order)
    return Cluster(
        shown.check,
        shown.failure,
        checks,
        _condition(unit, scope, list(checks)),
        tuple((each.check, each.failure) for each in unit.shown),
        also=_also(shown.failure.finding, unit),
    )


def _condition(unit: Unit, scope: Scope, checks: Sequence[str]) -> str:
    if not unit.lines or Kind.WAIVER in unit.kinds:
        return ""
    failing, passing = points(unit.lines), scope.others(unit.checks, unit.kinds)
    # Without any case that was asked and is not among the failing ones, nothing can be said.
    return condition_text(unit.rule, failing, passing, checks) if failing else ""


def _shown(unit: Unit, order: Sequence[str]) -> Shown:
    """The failure that stands for all: of what most cases show, the smallest."""
    count = Counter({id(each): len(each.lines) for each in unit.shown})
    kinds: Counter[tuple[str, str]] = Counter()
    for each in unit.shown:
        kinds[each.failure.finding.about, each.failure.finding.kind] += count[id(each)]

    def rank(each: Shown) -> tuple[bool, int, float, int]:
        finding = each.failure.finding
        return (
            each.check == REFUSING,
            -kinds[finding.about, finding.kind],
            _size(each.failure.case),
            order.index(each.check),
        )

    return min(unit.shown, key=rank)


def _size(line: str) -> float:
    try:
        axes = Case.parse(line).axes.values()
    except CaseError:
        return float("inf")
    return prod(max(1, size) if isinstance(size, int) else max(1, prod(size)) for size in axes)


def _also(shown: Finding, unit: Unit) -> tuple[Finding, ...]:
    """One finding for each further thing that is wrong."""
    found: dict[tuple[str, Kind], Finding] = {}
    for finding in unit.findings:
        found.setdefault((finding.about, finding.kind), finding)
    found.pop((shown.about, shown.kind), None)
    return tuple(found.values())
