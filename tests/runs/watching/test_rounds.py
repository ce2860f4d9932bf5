"""Which plan and which check a round asks first."""

from conformance.events.events import Ready
from conformance.events.request import Profile, Request
from conformance.events.verdict import Verdict
from conformance.runs.plan import Checks, Plan
from conformance.runs.watching.rounds import Rounds

PROFILE = Profile("small", "", 0, 1, 0.0)


def plan(operator, *ids):
    return Plan(Request(operator, "mine.py:f", "cpu", PROFILE, 1), Checks(ids))


class Loaded:
    ready = Ready("op", "mine.py:f", "cpu", {"a": "A?", "b": "B?", "c": "C?"}, "")

    def ask(self, check, question):
        raise NotImplementedError


def order(asks):
    return [question.id for question in asks.questions(plan("op").request, Loaded())]


def test_checks_come_in_the_suite_s_order_and_chosen_ones_before_them():
    assert order(Checks()) == ["a", "b", "c"]
    assert order(Checks(first=("c",))) == ["c", "a", "b"]
    assert order(Checks(("a", "b"), first=("c", "b"))) == ["b", "a"]


def test_what_failed_in_the_last_round_is_in_front():
    rounds = Rounds(judges=None, interrupt=lambda: None)
    one, other = plan("one"), plan("other")
    rounds._known = {("other", "mine.py:f", "cpu"): {"a": Verdict.PASS, "c": Verdict.FAIL}}
    assert sorted([one, other], key=rounds._passed) == [other, one]
    assert order(rounds._ordered(other).asks) == ["c", "a", "b"]
    assert rounds._ordered(one) is one
