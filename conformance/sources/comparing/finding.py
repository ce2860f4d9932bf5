"""What is wrong, or worth saying, about the calls, launches and registrations of a package."""

from dataclasses import dataclass
from enum import StrEnum

from conformance.events.finding import Finding, Kind, Weight


class Cause(StrEnum):
    """Why a place in the source is reported."""

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


REMARKS = frozenset({Cause.DROPPED, Cause.NO_SCHEMA})
"""Causes that alone make no call wrong: their findings are notes."""

UNDECIDED = frozenset({Cause.UNKNOWN, Cause.NOT_RESOLVED})
"""Causes for which neither the syntax nor the vocabulary shows whether anything is wrong."""


@dataclass(frozen=True)
class SourceFinding(Finding):
    """A finding of the kind `Kind.SOURCE`; :func:`source_finding` makes it.

    `where` is `file:line`, after the calls through which the place is reached; `condition` says
    when it is reached.
    """

    cause: Cause = Cause.WRONG


def source_finding(
    cause: Cause,
    about: str,
    message: str,
    got: str = "",
    wanted: str = "",
    *,
    where: str = "",
    condition: str = "",
) -> SourceFinding:
    """A finding with the weight that its cause has: a note for `REMARKS`, otherwise an error."""
    weight = Weight.NOTE if cause in REMARKS else Weight.ERROR
    return SourceFinding(
        about,
        message,
        got,
        wanted,
        where,
        kind=Kind.SOURCE,
        weight=weight,
        condition=condition,
        cause=cause,
    )
