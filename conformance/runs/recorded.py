"""A listener that keeps the failures of a run by their short ids."""

from conformance.events.case_id import case_id
from conformance.events.events import CheckFinished, Event, Failure
from conformance.events.finding import Kind
from conformance.policy.failures import LONGEST_MESSAGE, FailureRecord, RecordedFailure


class RecordedFailures:
    """Writes what a check found into a record as soon as it is told.

    Raises :class:`~conformance.policy.failures.RecordTrouble` from its call, as listeners do.
    """

    def __init__(self, record: FailureRecord) -> None:
        self._record = record
        self._troubled = False

    def __call__(self, event: Event) -> None:
        if not isinstance(event, CheckFinished) or self._troubled:
            return
        found = [
            _recorded(event, failure)
            for failure in event.failures
            if failure.case and failure.waiver is None and failure.finding.kind is not Kind.WAIVER
        ]
        self._troubled = True  # unless it comes to its end
        self._record.add(found)
        self._troubled = False


def _recorded(event: CheckFinished, failure: Failure) -> RecordedFailure:
    run, finding = event.run, failure.finding
    return RecordedFailure(
        case_id(run, failure.case), run.operator, run.subject, run.device, run.options,
        failure.case, event.check, f"{finding.about}: {finding.message}"[:LONGEST_MESSAGE],
        event.time, run.family or run.id,
    )  # fmt: skip
