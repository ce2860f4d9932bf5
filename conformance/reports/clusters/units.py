"""Failures of one finding in all checks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from conformance.events.events import CheckFinished, Failure
from conformance.events.finding import Finding, Kind
from conformance.reports.clusters.scope import REFUSING, Scope, lines_of, points
from conformance.reports.clusters.search import Rule, simplest


@dataclass(frozen=True)
class Shown:
    """A failure of a check, with those of its cases that belong to one cause."""

    check: str
    failure: Failure
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Unit:
    """Failures that have one cause as far as is known, and the rule for their cases."""

    shown: tuple[Shown, ...]
    rule: Rule

    @property
    def checks(self) -> frozenset[str]:
        return frozenset(each.check for each in self.shown)

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset(each.failure.finding.kind for each in self.shown)

    @property
    def findings(self) -> list[Finding]:
        return [each.failure.finding for each in self.shown]

    @property
    def lines(self) -> list[str]:
        """All cases that show it, each once."""
        return list(dict.fromkeys(line for each in self.shown for line in each.lines))


def units_of(checks: Sequence[CheckFinished], scope: Scope) -> list[Unit]:
    """The failures that no waiver covers, by finding; those with most cases first.

    Wrong calls that were accepted are told apart from all others.
    """
    same: dict[object, list[Shown]] = {}
    for event in checks:
        for failure in event.failures:
            if failure.waiver is None and failure.finding.kind is not Kind.ACCEPTED:
                known = same.setdefault(finding_key(event.check, failure), [])
                known.append(Shown(event.check, failure, tuple(lines_of(failure))))
    units = [Unit(tuple(shown), rule_for(shown, scope)) for shown in same.values()]
    return sorted(units, key=lambda unit: -len(unit.lines))


def finding_key(check: str, failure: Failure) -> object:
    """What failures of one finding share; what says nothing of cases stands for itself."""
    finding = failure.finding
    if finding.kind is Kind.WAIVER or not failure.case:
        return check, finding.identity
    # The wrong call that was answered wrongly is no other fault than the answer.
    cause = "" if check == REFUSING else finding.cause
    return finding.about, finding.kind, finding.line, cause


def rule_for(shown: Iterable[Shown], scope: Scope) -> Rule:
    """The simplest rule for the cases of some failures against those that pass."""
    own = list(shown)
    checks = {each.check for each in own}
    others = scope.others(checks, {each.failure.finding.kind for each in own})
    return simplest(points(line for each in own for line in each.lines), others)
