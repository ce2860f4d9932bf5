"""Every event names its run and its time, so that logs of several runs can be merged."""

from datetime import UTC, datetime, timedelta

import pytest
import torch

from conformance.events.events import AllFinished, CheckFinished, LeftOut, RunStarted
from conformance.events.verdict import Verdict
from conformance.runs.family import run_family
from conformance.runs.plan import Plan
from conformance.runs.run import run
from conformance.version import VERSION

from .sessions import REQUEST, FakeSession
from .shared_sessions import plans


def heard(session=None):
    events = []
    run(Plan(REQUEST), [events.append], open_session=session or FakeSession(cases=["x", "y", "x"]))
    return events


def test_every_event_of_a_run_names_it():
    events = heard()
    (identity,) = {event.run for event in events}
    assert (identity.operator, identity.subject, identity.device) == ("double", None, "cpu")
    assert len(identity.id) == 16 and identity.family == ""


def test_no_two_runs_have_one_name():
    assert heard()[0].run.id != heard()[0].run.id


def test_every_event_has_its_time():
    times = [datetime.fromisoformat(event.time) for event in heard()]
    assert times == sorted(times)
    assert datetime.now(UTC) - times[-1] < timedelta(minutes=1)


def test_the_first_event_says_where_and_with_what():
    start = heard()[0]
    assert isinstance(start, RunStarted) and start.host
    assert start.versions["conformance"] == VERSION
    assert start.versions["torch"] == torch.__version__


def test_every_case_that_was_asked_is_kept_once_with_its_check():
    checks = [event for event in heard() if isinstance(event, CheckFinished)]
    assert [(check.check, check.asked) for check in checks] == [
        ("load", ()), ("a", ("x", "y")), ("b", ("x", "y")), ("c", ("x", "y")),
    ]  # fmt: skip


def test_a_case_without_room_was_not_asked():
    left = CheckFinished("a", "?", Verdict.PASS, left_out={LeftOut.NO_ROOM: ("y",)})
    events = heard(FakeSession({"a": left}, cases=["x", "y"]))
    asked = {event.check: event.asked for event in events if isinstance(event, CheckFinished)}
    assert (asked["a"], asked["b"]) == (("x",), ("x", "y"))


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_runs_of_a_family_share_its_name_and_have_their_own(sessions, jobs):
    sessions()
    events = []
    run_family(plans("xyz"), [events.append], jobs=jobs, name="letters")
    end = events[-1]
    assert isinstance(end, AllFinished)
    assert (end.run.operator, end.run.id) == ("letters", end.run.family)
    assert {event.run.family for event in events} == {end.run.id}
    assert len({event.run.id for event in events}) == 4
