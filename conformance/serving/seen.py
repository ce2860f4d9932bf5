"""What came of calls, looked at where they were made."""

from collections.abc import Sequence
from typing import Any

from conformance.execution.outcome import Outcome
from conformance.tensors.returned import look, spans_of


def seen(outcome: Outcome, arguments: Sequence[Any]) -> Outcome:
    """An outcome with what its result was when it was looked at, and without the result."""
    returned = None if outcome.raised else look(outcome.result, arguments)
    return Outcome(
        raised=outcome.raised, violations=outcome.violations, launches=outcome.launches,
        written=outcome.written, returned=returned, spans=spans_of(arguments),
        told=outcome.told,
    )  # fmt: skip
