"""A run asks every check, sums up, and tells every listener how it ended, however it ended."""

import json
from dataclasses import replace

import pytest

from conformance.events.events import (
    CaseStarted,
    CheckFinished,
    CheckStarted,
    Compiling,
    Failure,
    Ready,
    RunFinished,
    RunStarted,
)
from conformance.events.finding import Finding
from conformance.events.request import Request
from conformance.events.verdict import Verdict
from conformance.policy.stored import Store
from conformance.runs.plan import Checks, Plan
from conformance.runs.run import run
from conformance.runs.session import UsageError

from ..asking.toy import PROFILE, case
from .sessions import READY, REQUEST, FakeSession


def listened(session, plan=None, **more):
    heard = [], []
    end = run(plan or Plan(REQUEST), [each.append for each in heard], open_session=session, **more)
    assert heard[0] == heard[1]
    return end, heard[0]


def verdicts(events):
    return {e.check: str(e.verdict) for e in events if isinstance(e, CheckFinished)}


def test_every_listener_hears_everything_in_order():
    end, events = listened(FakeSession({"b": Verdict.UNSUPPORTED}))
    assert [type(event) for event in events] == [
        RunStarted, CheckStarted, Ready, CheckFinished,
        *[CheckStarted, CheckFinished] * 3, RunFinished,
    ]  # fmt: skip
    assert events[-1] == end
    assert (end.verdict, end.counts, end.complete) == (
        Verdict.PASS, {"PASS": 2, "UNSUPPORTED": 1}, True,
    )  # fmt: skip


@pytest.mark.parametrize("trouble", [KeyboardInterrupt(), UsageError("?"), RuntimeError("?")])
def test_a_run_that_is_broken_off_says_so_and_closes_its_session(trouble):
    heard, session = [], FakeSession({"b": trouble})
    with pytest.raises(type(trouble)):
        run(Plan(REQUEST), [heard.append], open_session=session)
    assert session.closed
    assert heard[-1].complete is False and heard[-1].counts == {"PASS": 1}
    assert heard[-1].verdict is Verdict.NOT_RUN


def test_a_failure_that_was_found_before_the_end_counts():
    heard = []
    with pytest.raises(KeyboardInterrupt):
        run(
            Plan(REQUEST),
            [heard.append],
            open_session=FakeSession({"a": Verdict.FAIL, "b": KeyboardInterrupt()}),
        )
    assert heard[-1].verdict is Verdict.FAIL and not heard[-1].complete


def test_only_chosen_checks_are_asked_in_the_suite_s_order():
    _, events = listened(FakeSession({}), Plan(REQUEST, Checks(["c", "a"])))
    assert list(verdicts(events)) == ["load", "a", "c"]


def test_a_profile_may_choose_checks():
    profile = type(PROFILE)(**{**vars(PROFILE), "checks": ("b",)})
    plan = Plan(Request("double", None, "cpu", profile, 1))
    assert list(verdicts(listened(FakeSession({}), plan)[1])) == ["load", "b"]


def test_an_unknown_check_is_a_usage_error_that_names_the_known_ones():
    with pytest.raises(UsageError, match="no check z; known: a, b, c"):
        listened(FakeSession({}), Plan(REQUEST, Checks(["a", "z"])))


def test_fail_fast_leaves_the_rest_not_run():
    end, events = listened(FakeSession({"a": Verdict.FAIL}), Plan(REQUEST, Checks(fail_fast=True)))
    assert verdicts(events) == {"load": "PASS", "a": "FAIL", "b": "NOT_RUN", "c": "NOT_RUN"}
    assert events[-2].reason == "stopped after a failed" and end.verdict is Verdict.FAIL


def test_without_fail_fast_a_failure_stops_nothing():
    _, events = listened(FakeSession({"a": Verdict.FAIL}))
    assert verdicts(events) == {"load": "PASS", "a": "FAIL", "b": "PASS", "c": "PASS"}


def test_every_check_of_a_subject_that_runs_elsewhere_says_so():
    class Emulated(FakeSession):
        def load(self):
            loaded = super().load()
            self.ready = replace(READY, execution="emulated")
            return loaded

    _, events = listened(Emulated({}))
    checks = [event for event in events if isinstance(event, CheckFinished)]
    assert [event.execution for event in checks] == ["emulated"] * 4
    _, events = listened(FakeSession({}))
    assert {event.execution for event in events if isinstance(event, CheckFinished)} == {""}


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.UNSUPPORTED, Verdict.ERROR])
def test_a_subject_that_does_not_load_decides_the_run(verdict):
    end, events = listened(FakeSession({}, CheckFinished("load", "?", verdict)))
    assert end.verdict is verdict and list(verdicts(events)) == ["load"]


def test_a_subject_that_loads_and_is_asked_nothing_has_not_passed():
    answers = dict.fromkeys("abc", Verdict.UNSUPPORTED)
    assert listened(FakeSession(answers))[0].verdict is Verdict.UNSUPPORTED


def test_failing_cases_are_kept_and_waived_ones_are_not(tmp_path):
    found = (Finding("y", "wrong"),)
    answers = {
        "a": Failure(str(case(1)), found),
        "b": Failure(str(case(2)), found, waiver="known"),
        "c": Failure("", found),
    }
    listened(FakeSession(answers), store=Store(tmp_path))
    (entry,) = json.loads((tmp_path / "double.json").read_text())
    assert (entry["case"], entry["subject"]) == (str(case(1)), "own")


@pytest.mark.parametrize("kind", [RunStarted, CaseStarted, CheckFinished, RunFinished])
def test_a_listener_that_raises_stops_nothing_and_is_raised_when_all_is_over(kind):
    tried = []

    def broken(event):
        if isinstance(event, kind):
            tried.append(event)
            raise OSError(f"no room on the disk, {len(tried)}")

    heard, session = [], FakeSession({"a": Verdict.FAIL}, cases=[str(case(1))])
    with pytest.raises(OSError, match="no room on the disk, 1"):
        run(Plan(REQUEST), [broken, heard.append], open_session=session)
    assert session.asked == ["a", "b", "c"]
    assert heard[-1].complete and heard[-1].verdict is Verdict.FAIL
    assert [event for event in heard if isinstance(event, kind)] == tried


def test_several_listeners_that_raise_are_all_told():
    def broken(text):
        def hear(event):
            raise ValueError(text)

        return hear

    with pytest.raises(ValueError, match="first") as caught:
        run(Plan(REQUEST), [broken("first"), broken("second")], open_session=FakeSession())
    assert caught.value.__notes__ == ["another listener raised ValueError: second"]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit])
def test_a_listener_may_break_a_run_off_and_silences_no_other(interruption):
    def breaking(event):
        if isinstance(event, CheckFinished):
            raise interruption

    heard, session = [], FakeSession()
    with pytest.raises(interruption):
        run(Plan(REQUEST), [breaking, heard.append], open_session=session)
    assert session.asked == [] and session.closed
    assert isinstance(heard[-1], RunFinished) and not heard[-1].complete


FAILING = {"a": Failure(str(case(1)), (Finding("y", "wrong"),)), "c": Verdict.FAIL}


def test_a_store_that_cannot_be_written_is_told_once_and_stops_nothing(tmp_path):
    (tmp_path / "store").write_text("a file")
    end, events = listened(FakeSession(FAILING), store=Store(tmp_path / "store"))
    assert verdicts(events) == {"load": "PASS", "a": "FAIL", "b": "PASS", "c": "FAIL"}
    (trouble,) = end.troubles
    assert str(tmp_path / "store") in trouble and "no kept case is asked" in trouble
    assert end.complete and end.verdict is Verdict.FAIL


def test_what_was_not_compiled_ahead_is_told_once_and_leaves_the_verdict():
    class Compiles(FakeSession):
        def ask(self, check, question):
            for trouble in ("", "c@builds@N=1 could not be rehearsed: why"):
                self.emit(Compiling(3, trouble))
            return super().ask(check, question)

    end, _ = listened(Compiles())
    told = "not all kernels were compiled ahead: c@builds@N=1 could not be rehearsed: why"
    assert end.troubles == (told,) and end.verdict is Verdict.PASS
    assert listened(FakeSession())[0].troubles == ()


def test_a_store_that_cannot_be_read_leaves_the_verdict_and_is_told(tmp_path):
    (tmp_path / "double.json").write_text("[{]")
    end, _ = listened(FakeSession(), store=Store(tmp_path))
    (trouble,) = end.troubles
    assert f"{tmp_path / 'double.json'}: they are no JSON" in trouble
    assert end.verdict is Verdict.PASS
    assert (tmp_path / "double.json").read_text() == "[{]"


def test_a_case_that_was_found_on_another_device_is_not_dropped(tmp_path):
    on_gpu = replace(REQUEST, device="cuda")
    asked = [str(case(1, "a"))]
    answers = {"a": Failure(asked[0], (Finding("y", "wrong"),))}
    listened(FakeSession(answers, cases=asked), Plan(on_gpu), store=Store(tmp_path))
    listened(FakeSession(cases=asked), store=Store(tmp_path))
    assert [str(kept) for kept in Store(tmp_path).cases("double")] == asked
    listened(FakeSession(cases=asked), Plan(on_gpu), store=Store(tmp_path))
    assert Store(tmp_path).cases("double") == []
