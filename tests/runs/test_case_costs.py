"""What a case took and used stays with its case, in the events and in the log."""

import json

from conformance.events.events import CheckFinished
from conformance.events.verdict import Verdict
from conformance.events.wire import from_dict, to_dict
from conformance.runs.run import _aligned

EVENT = CheckFinished(
    "values", "?", Verdict.PASS, 2, asked=("a", "b"), case_seconds=(1.0, 2.0),
    budget_used={"w": (0.5, None)},
)  # fmt: skip


def test_cases_in_another_order_keep_what_is_known_of_them():
    event = _aligned(EVENT, ("b", "a"))
    assert (event.asked, event.case_seconds) == (("b", "a"), (2.0, 1.0))
    assert event.budget_used == {"w": (None, 0.5)}
    assert _aligned(EVENT, ("b",)).case_seconds == (2.0,)


def test_nothing_is_claimed_of_cases_that_the_judge_does_not_know():
    event = _aligned(EVENT, ("a", "c"))
    assert (event.asked, event.case_seconds, event.budget_used) == (("a", "c"), (), {})


def test_a_log_has_them():
    assert from_dict(to_dict(EVENT)) == EVENT
    assert from_dict(json.loads(json.dumps(to_dict(EVENT)))) == EVENT
