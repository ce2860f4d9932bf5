"""Which cases of a run speak against a condition: those that would show the fault, and pass."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from conformance.events.events import CheckFinished, Failure
from conformance.events.finding import FORM, Kind
from conformance.reports.clusters.features import LAYOUTS, NOT_DENSE, Features, features_of

COMPARING = frozenset(
    {
        "values", "dtypes", "ties", "special", "positions", "variants", "undefined", "sequence",
        "layout", "poison", "reuse", "repetition", "sizes", "captured",
    }
)  # fmt: skip
"""Checks that compare every answer with the oracle: each of their cases would show a wrong one."""
OF_ANSWERS = frozenset({Kind.VALUE, Kind.SELECTION, Kind.RAISED, Kind.DIED, *FORM})
"""Kinds that every check which compares answers would find."""
REFUSING = "arguments"
"""The check whose cases pass if they are refused: they say nothing of what others would show."""


@dataclass(frozen=True)
class Scope:
    """The cases of a run by check: those that pass, and those that show a failure."""

    passing: Mapping[str, tuple[str, ...]]
    """Lines of cases that show nothing; a check that tells not all it found has none."""
    failing: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, checks: Iterable[CheckFinished]) -> "Scope":
        passing: dict[str, tuple[str, ...]] = {}
        failing: dict[str, frozenset[str]] = {}
        for event in checks:
            shown = {line for failure in event.failures for line in lines_of(failure)}
            # Findings beyond the most that are shown would pass for cases that pass.
            tells_all = "further findings are not shown" not in event.reason
            asked = event.asked if tells_all and event.check != REFUSING else ()
            passing[event.check] = tuple(line for line in asked if line not in shown)
            failing[event.check] = frozenset(shown)
        return cls(passing, failing)

    def others(self, checks: Iterable[str], kinds: Iterable[Kind]) -> list[Features]:
        """What passes in the checks that show a fault, or that would: each point once."""
        scope = set(checks)
        if OF_ANSWERS & set(kinds):
            scope |= COMPARING
        found = points(line for check in self.passing if check in scope
                       for line in self.passing[check])  # fmt: skip
        if set(kinds) == {Kind.RAISED}:
            # A tensor that is not dense may be refused: to raise is to pass there.
            found = [case for case in found if case.words[LAYOUTS] != NOT_DENSE]
        return found


def lines_of(failure: Failure) -> Sequence[str]:
    """The cases that show a failure; logs of older versions name one."""
    return failure.shown_by or ((failure.case,) if failure.case else ())


def points(lines: Iterable[str]) -> list[Features]:
    """The features of lines; of those that say the same in one check, the first."""
    found: dict[object, Features] = {}
    for line in lines:
        if (features := features_of(line)) is not None:
            found.setdefault((features.words["check"], features.key), features)
    return list(found.values())
