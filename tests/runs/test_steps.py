"""A run goes on step by step, as whoever pulls it wants; a plan says what it asks."""

import pytest

from conformance.events.events import CheckFinished, CheckStarted, RunFinished
from conformance.events.loading import UsageError
from conformance.events.verdict import Verdict
from conformance.runs.plan import Aspects, Checks, OneCase, Plan
from conformance.runs.run import run, steps

from ..asking.toy import case
from .sessions import REQUEST, FakeSession


def stepped(asks, session=None):
    session, heard = session or FakeSession(), []
    return steps(Plan(REQUEST, asks), [heard.append], open_session=session), session, heard


def test_nothing_goes_on_between_two_steps():
    run_, session, heard = stepped(Checks())
    assert (heard, session.asked) == ([], [])
    assert next(run_).check == "load" and session.asked == []
    assert next(run_).check == "a" and session.asked == ["a"]
    assert isinstance(heard[-1], CheckFinished) and not session.closed
    assert [step.check for step in run_] == ["b", "c"]
    assert session.closed and heard[-1].complete


def test_a_run_that_nobody_pulls_any_more_is_broken_off():
    run_, session, heard = stepped(Checks())
    next(run_), next(run_)
    run_.close()
    assert session.closed and isinstance(heard[-1], RunFinished)
    assert (heard[-1].complete, heard[-1].verdict) == (False, Verdict.NOT_RUN)


def test_ids_that_come_one_by_one_are_asked_as_they_come():
    wanted = []
    run_, session, _ = stepped(Checks(iter(lambda: wanted.pop(), None)))
    next(run_)
    for check in ("c", "a", "c"):
        wanted.append(check)
        assert next(run_).check == check
    assert session.asked == ["c", "a", "c"]
    wanted.append("z")
    with pytest.raises(UsageError, match="no check 'z'; known: a, b, c"):
        next(run_)


def test_one_case_is_asked_of_the_check_that_it_names():
    line = str(case(check="b"))
    run_, session, heard = stepped(OneCase(line))
    assert [step.check for step in run_] == ["load", "b"]
    assert session.asked == [line]
    assert [e.question for e in heard if isinstance(e, CheckStarted)][1:] == ["B?"]


def test_a_case_of_a_check_that_does_not_exist_is_a_usage_error():
    session = FakeSession()
    with pytest.raises(UsageError, match="no check 'toy'; known: a, b, c"):
        run(Plan(REQUEST, OneCase(str(case()))), [], open_session=session)
    assert session.asked == []


def test_aspects_are_asked_in_their_order():
    run_, session, heard = stepped(Aspects({"fast": "Fast?", "right": "Right?"}))
    assert [step.check for step in run_] == ["load", "fast", "right"]
    assert session.asked == ["fast", "right"]
    assert heard[-1].verdict is Verdict.PASS
