"""Several runs at once are told one after the other, and end together."""

import threading
from dataclasses import replace
from itertools import groupby

import pytest

from conformance.events.events import AllFinished, CheckFinished, Failure, Ready, RunFinished
from conformance.events.finding import Finding
from conformance.events.verdict import Verdict
from conformance.policy.stored import Store
from conformance.runs import family, process
from conformance.runs.family import jobs_for, run_family
from conformance.runs.plan import Checks
from conformance.runs.session import UsageError

from ..asking.toy import case
from .shared_sessions import plans

PATIENCE = 10.0


def told(names, jobs, **more):
    heard = []
    end = run_family(plans(names), [heard.append], jobs=jobs, **more)
    return end, heard


def operators(events):
    """Which operator's events were told, one after the other."""
    found, current = [], None
    for event in events[:-1]:
        current = event.run.operator
        found.append(current)
    return [name for name, _ in groupby(found)]


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_runs_are_told_one_after_the_other_in_order(sessions, jobs):
    sessions()
    end, heard = told("vwxyz", jobs)
    assert operators(heard) == list("vwxyz") and heard[-1] == end
    assert [type(event) for event in heard].count(RunFinished) == 5
    assert (end.verdict, end.complete) == (Verdict.PASS, True)
    assert end.operators == dict.fromkeys("vwxyz", Verdict.PASS)


def test_what_runs_ahead_waits_for_its_turn(sessions):
    second_is_done = threading.Event()

    def last(session):
        second_is_done.set()
        return Verdict.PASS

    def first(session):
        assert second_is_done.wait(PATIENCE)
        return Verdict.FAIL

    sessions(x=first, y=last)
    end, heard = told("xy", 2)
    assert operators(heard) == ["x", "y"]
    assert end.operators == {"x": Verdict.FAIL, "y": Verdict.PASS} and end.verdict is Verdict.FAIL


def test_no_more_run_at_once_than_there_are_jobs(sessions):
    running, most = set(), []

    def counted(session):
        running.add(session)
        most.append(len(running))
        threading.Event().wait(0.01)
        running.discard(session)
        return Verdict.PASS

    found = sessions(**dict.fromkeys("uvwxyz", counted))
    told("uvwxyz", 2)
    assert max(most) <= 2 and len(found.opened) <= 2


def test_runs_at_once_share_the_threads_of_torch(sessions, monkeypatch):
    monkeypatch.setattr(family, "cores", lambda: 16)
    for jobs, threads in ((1, 0), (4, 4), (20, 1)):
        found = sessions()
        told("xyz", jobs)
        assert {start.keywords["threads"] for start in found.starts} == {threads}


def compiled(found, names, jobs, device="toy", **more):
    """What was compiled while other runs went on, and the sessions that it was compiled in."""
    first = threading.Event()
    found.answers["v"] = lambda session: first.wait(PATIENCE) and Verdict.PASS
    asked = [*plans(names, device=device)]
    later = threading.Timer(0.3, first.set)
    later.start()
    run_family(asked, [], jobs=jobs, **more)
    later.join()
    return [name for _, name in found.compiled], {place for place, _ in found.compiled}


def test_what_waits_for_its_turn_is_compiled_meanwhile_in_a_session_of_its_own(sessions):
    found = sessions()
    names, where = compiled(found, "vxyz", 1, ahead=True)
    assert names == list("xyz") and len(where) == 1
    asked = [(place, name) for place, name in found.log if (place, name) not in found.compiled]
    assert asked == [(place, name) for place, name in asked if place not in where]
    assert [name for _, name in asked] == list("vxyz")
    assert all(session.closed for session in found.opened)


def test_nothing_is_compiled_for_runs_that_begin_at_once_or_are_not_asked_so(sessions):
    assert compiled(sessions(), "vx", 2, ahead=True) == ([], set())
    assert compiled(sessions(), "vxyz", 1) == ([], set())
    assert compiled(sessions(), "vxyz", 1, device="cpu", ahead=True) == ([], set())


def test_what_is_compiled_is_not_waited_for(sessions):
    found = sessions()
    found.compiles = threading.Event()
    names, _ = compiled(found, "vxyz", 1, ahead=True)
    assert names == ["x"]
    assert sum(session.killed.is_set() for session in found.opened) >= 1


def test_runs_that_follow_each_other_share_a_process_which_ends_at_last(sessions):
    found = sessions()
    told("xyz", 1)
    assert found.log == [(0, "x"), (0, "y"), (0, "z")]
    assert [session.closed for session in found.opened] == [1]


def test_every_check_says_how_its_subject_was_run(sessions):
    sessions()
    _, heard = told("xy", 1)
    checks = [event for event in heard if isinstance(event, CheckFinished)]
    assert len(checks) == 6 and {event.execution for event in checks} == {"device"}


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ({"x": Verdict.UNSUPPORTED, "y": Verdict.UNSUPPORTED}, Verdict.UNSUPPORTED),
        ({"x": Verdict.UNSUPPORTED}, Verdict.PASS),
        ({"x": Verdict.WAIVED}, Verdict.WAIVED),
        ({"x": Verdict.ERROR, "y": Verdict.FAIL}, Verdict.FAIL),
        ({"y": Verdict.ERROR}, Verdict.ERROR),
    ],
)
def test_the_verdict_of_all_weighs_those_of_each(sessions, answers, verdict):
    sessions(**answers)
    end, _ = told("xy", 2)
    assert end.verdict is verdict


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_usage_error_in_one_ends_all_and_passes_through(sessions, jobs):
    found = sessions(y=UsageError("no such thing"))
    heard = []
    with pytest.raises(UsageError, match="no such thing"):
        run_family(plans("xyz"), [heard.append], jobs=jobs)
    end = heard[-1]
    assert isinstance(end, AllFinished) and not end.complete
    assert (end.verdict, end.operators) == (Verdict.NOT_RUN, {"x": Verdict.PASS})
    assert operators(heard) == ["x", "y"]
    assert all(session.closed for session in found.opened)
    assert found.opened[0].killed.is_set()


def test_an_interruption_kills_what_runs_and_starts_nothing_more(sessions):
    def endless(session):
        assert session.killed.wait(PATIENCE)
        return Verdict.FAIL

    found = sessions(**dict.fromkeys("wxyz", endless))
    heard = []

    def listener(event):
        heard.append(event)
        if isinstance(event, Ready):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_family(plans("wxyz"), [listener], jobs=2)
    assert len(found.opened) <= 2 and all(session.closed == 1 for session in found.opened)
    assert {operator for _, operator in found.log} <= {"w", "x"}
    assert isinstance(heard[-1], AllFinished) and not heard[-1].complete
    assert heard[-1].verdict is Verdict.NOT_RUN
    assert not any(isinstance(event, CheckFinished) for event in heard)


def test_nothing_that_a_kill_brings_about_is_kept(sessions, tmp_path):
    def killed(session):
        assert session.killed.wait(PATIENCE)
        return Failure(str(case(2)), (Finding("call", "crashed with SIGKILL"),))

    sessions(x=killed, y=killed)

    def listener(event):
        if isinstance(event, Ready):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_family(plans("xy"), [listener], Store(tmp_path), jobs=2)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_that_was_told_before_an_interruption_counts(sessions):
    sessions(x=Verdict.FAIL)
    heard = []

    def listener(event):
        heard.append(event)
        if isinstance(event, CheckFinished) and event.check == "a":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_family(plans("xy"), [listener], jobs=1)
    assert heard[-1].verdict is Verdict.FAIL


@pytest.mark.parametrize("jobs", [1, 3])
def test_failing_fast_ends_the_family_with_the_first_operator_that_fails(sessions, jobs):
    found = sessions(y=Verdict.FAIL)
    heard = []
    asked = [replace(plan, asks=Checks(fail_fast=True)) for plan in plans("xyz")]
    end = run_family(asked, [heard.append], jobs=jobs)
    assert operators(heard) == ["x", "y"]
    assert (end.verdict, end.complete) == (Verdict.FAIL, True)
    assert end.operators == {"x": Verdict.PASS, "y": Verdict.FAIL, "z": Verdict.NOT_RUN}
    assert all(session.closed for session in found.opened)


def test_failing_cases_of_all_are_kept(sessions, tmp_path):
    sessions(
        x=Failure(str(case(1)), (Finding("y", "wrong"),)),
        y=Failure(str(case(2)), (Finding("z", "wrong"),)),
    )
    run_family(plans("xy", ["a"]), [], Store(tmp_path), jobs=1)
    assert {str(case(1)), str(case(2))} <= {str(c) for c in Store(tmp_path).cases("double")}


@pytest.mark.parametrize(
    ("device", "count", "cores", "jobs"),
    [("cpu", 10, 4, 4), ("cpu", 3, 16, 3), ("cpu", 0, 4, 1),
     ("cuda", 10, 16, 1), ("xpu", 10, 16, 1)],
)  # fmt: skip
def test_as_many_run_at_once_as_there_are_cores_but_one_on_an_accelerator(
    monkeypatch, device, count, cores, jobs
):
    monkeypatch.setattr("conformance.runs.family.cores", lambda: cores)
    assert jobs_for(device, count) == jobs


def test_an_environment_that_says_how_many_threads_stands(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert process._environment("token", 3)["OMP_NUM_THREADS"] == "3"
    assert "OMP_NUM_THREADS" not in process._environment("token", 0)
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    assert process._environment("token", 3)["OMP_NUM_THREADS"] == "7"
