"""What a comparison of calls, launches and registrations has to say."""

from dataclasses import dataclass
from enum import StrEnum

from conformance.events.finding import Finding


class FindingKind(StrEnum):
    """What sort of thing was found."""

    WRONG = "wrong argument"
    MISSING = "missing argument"
    EXTRA = "extra argument"
    UNKNOWN = "meaning unknown"
    FORM = "wrong form"
    UNBOUND = "unbound name"
    TRUTH = "truth of a tensor"
    FAKE = "fake differs"
    SCHEMA = "schema differs"
    IGNORED = "has it and ignores it"
    DROPPED = "dropped"
    NO_SCHEMA = "schema not in the files"
    NOT_RESOLVED = "not resolved"


REMARKS = frozenset({FindingKind.DROPPED, FindingKind.NO_SCHEMA})
"""Worth saying, but no call is wrong by it alone."""

UNDECIDED = frozenset({FindingKind.UNKNOWN, FindingKind.NOT_RESOLVED})
"""The syntax or the vocabulary does not tell whether something is wrong."""


@dataclass(frozen=True)
class CallSiteFinding(Finding):
    """A finding with its kind; `where` is `file:line`, through which calls it is reached first."""

    kind: FindingKind = FindingKind.WRONG
    condition: str = ""
    """When the place is reached."""
