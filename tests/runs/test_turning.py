"""One process is asked operator after operator, and a new one takes over where one ends."""

import pytest

from conformance.events.events import AllFinished, CaseStarted, CheckFinished, Ready, RunFinished
from conformance.events.request import Limits, Request
from conformance.events.verdict import Verdict
from conformance.runs.family import run_family
from conformance.runs.plan import Checks, Plan
from conformance.runs.session import Session, UsageError

from ..asking.toy import PROFILE
from ..stateful.package import NAMES, install, processes


@pytest.fixture
def toys(tmp_path, monkeypatch):
    """The folder of an installed family."""
    monkeypatch.setenv("PYTHONPATH", str(install(tmp_path)))
    return tmp_path


def request(name, subject="right", **more):
    return Request(name, subject, "cpu", PROFILE, 1, **more)


def test_a_process_loads_one_operator_after_the_other_whatever_comes_between(toys):
    heard, later = [], []
    with Session(request("toy_a"), heard.append) as session:
        assert session.turn_to(request("toy_a")).verdict is Verdict.PASS
        assert session.ask("values", "?").verdict is Verdict.PASS
        with pytest.raises(UsageError, match="no operator 'toy_c'"):
            session.turn_to(request("toy_c"))
        assert session.ready is None
        with pytest.raises(UsageError, match=r"toys 1\.0 has no toy_b"):
            session.turn_to(request("toy_b", "toys==1.0"))
        loaded = session.turn_to(request("toy_b", "wrong"), later.append)
        assert (loaded.verdict, session.ready.contract) == (Verdict.PASS, "toy_b")
        assert session.ask("values", "?").verdict is Verdict.FAIL
        # The judge's, and that of both subjects.
        assert len(set(processes(toys, "imports"))) == 2
        broken = session.turn_to(request("toy_a", "toys==2.1"))
        assert (broken.verdict, broken.reason) == (Verdict.FAIL, "toys 2.1: SyntaxError")
    assert [e.contract for e in heard if isinstance(e, Ready)] == ["toy_a"]
    assert {e.check for e in later if isinstance(e, CaseStarted)} == {"values"}
    assert [e.contract for e in later if isinstance(e, Ready)] == ["toy_b"]


def test_a_crash_in_one_operator_does_not_touch_the_next(toys):
    heard = []
    plans = [Plan(request(name, "ending"), Checks(["values"])) for name in NAMES]
    end = run_family(plans, [heard.append], jobs=1)
    assert end.operators == {"toy_a": Verdict.FAIL, "toy_b": Verdict.PASS} and end.complete
    first, second = [e for e in heard if isinstance(e, CheckFinished) and e.check == "values"]
    assert first.reason == "ended the process with exit code 7"
    assert first.failures[0].case.startswith("toy_a@values@") and second.failures == ()
    # The judge's, the first, one that asks the check's other cases, and the next.
    assert len(set(processes(toys, "imports"))) == 4


def test_an_interruption_ends_the_processes(toys):
    import psutil

    heard = []

    def listener(event):
        heard.append(event)
        if isinstance(event, CaseStarted):
            raise KeyboardInterrupt

    limits = Limits(call_seconds=300.0)
    plans = [Plan(request(name, "toys:sleeping", limits=limits)) for name in NAMES]
    with pytest.raises(KeyboardInterrupt):
        run_family(plans, [listener], jobs=2)
    assert [type(event) for event in heard[-2:]] == [CaseStarted, AllFinished]
    assert not any(isinstance(event, RunFinished) for event in heard)
    assert processes(toys, "imports")
    assert not any(psutil.pid_exists(int(pid)) for pid in processes(toys, "imports"))
