"""What a check had found is not lost when the judge's process ends."""

import pytest

from conformance.events.events import CaseStarted, Failure
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import Verdict
from conformance.runs.ended import ended
from conformance.runs.process import Death

from ..asking.toy import case

WRONG = Failure(str(case(3)), (Finding("y", "wrong", kind=Kind.VALUE),), cases=4)
FOUND = {WRONG.finding.identity: WRONG}


@pytest.mark.parametrize(("found", "verdict"), [({}, Verdict.ERROR), (FOUND, Verdict.FAIL)])
def test_the_end_of_the_judge_is_an_error_unless_something_was_found(found, verdict):
    last = CaseStarted("values", str(case(2)), 2)
    event = ended("values", "?", Death("took too much", "so long"), last, found, 1.0)
    assert (event.verdict, event.failures) == (verdict, tuple(found.values()))
    assert event.reason == "the process that judges took too much; its output ends: so long"
    assert (event.cases, event.seconds) == (2, 1.0)
