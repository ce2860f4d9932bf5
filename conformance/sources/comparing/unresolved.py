"""Findings about what the syntax does not show."""

from conformance.sources.calls.site import Calls
from conformance.sources.comparing.finding import Cause, SourceFinding, source_finding


def unresolved_findings(calls: Calls) -> list[SourceFinding]:
    """A finding for each unresolved call; a call of an unassigned name is `Cause.UNBOUND`."""
    return [
        source_finding(
            Cause.UNBOUND if call.unbound else Cause.NOT_RESOLVED,
            call.text,
            f"{call.text} is {call.reason}" if call.unbound else call.reason,
            where=call.place,
            condition=call.condition,
        )
        for call in calls.unresolved
    ]
