"""JSON and JUnit, whole at any moment."""

import json

import pytest
from junitparser import JUnitXml

from conformance.events.events import (
    CaseStarted,
    CheckFinished,
    Failure,
    RunFinished,
    from_dict,
)
from conformance.events.finding import Finding
from conformance.events.verdict import Verdict
from conformance.reports.files import FileReport, as_json, as_junit, write_whole

from .events import EVENTS, READY, START


def test_the_json_document_holds_every_event_but_single_cases(tmp_path):
    report = FileReport(tmp_path / "deep" / "run.json", as_json)
    for event in EVENTS:
        report(event)
    document = json.loads((tmp_path / "deep" / "run.json").read_text())
    assert (document["format"], document["complete"], document["verdict"]) == (1, True, "FAIL")
    kept = [event for event in EVENTS if not isinstance(event, CaseStarted)]
    assert [from_dict(event) for event in document["events"]] == kept


@pytest.mark.parametrize("render", [as_json, as_junit])
def test_the_file_is_valid_after_every_event_and_complete_only_at_the_end(tmp_path, render):
    path = tmp_path / "report"
    report = FileReport(path, render)
    for position, event in enumerate(EVENTS):
        report(event)
        asked = sum(isinstance(event, CheckFinished) for event in EVENTS[: position + 1])
        if render is as_junit:
            assert sum(len(suite) for suite in JUnitXml.fromfile(str(path))) == asked
        else:
            document = json.loads(path.read_text())
            assert document["complete"] is isinstance(event, RunFinished)
            finished = [e for e in document["events"] if e["event"] == "CheckFinished"]
            assert len(finished) == asked
        assert [file.name for file in tmp_path.iterdir()] == ["report"]


def test_a_run_that_was_broken_off_is_not_complete():
    end = RunFinished(Verdict.PASS, {"PASS": 1}, 1.0, complete=False)
    assert json.loads(as_json([START, end]))["complete"] is False


def test_junit_counts_what_was_found():
    (suite,) = JUnitXml.fromstring(as_junit(EVENTS))
    assert suite.name == "gemma4_routing my kernel.py:route"
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (4, 1, 0, 1)
    assert {p.name: p.value for p in suite.properties()} == {
        "seed": "7", "profile": "gate", "device": "cpu, emulated",
    }  # fmt: skip
    cases = {case.name: case for case in suite}
    failure = cases["values"].result[0]
    assert failure.message.startswith("off by 1.2e-05") and "replay  conformance" in failure.text
    assert cases["special"].result[0].message == "UNSUPPORTED: no special values"
    assert not cases["ties"].result and "waived  by known-1" in cases["ties"].system_out


def test_an_error_of_the_suite_is_an_error_in_junit():
    event = CheckFinished("values", "?", Verdict.ERROR, reason="RuntimeError: broke")
    (suite,) = JUnitXml.fromstring(as_junit([START, READY, event]))
    assert (suite.errors, suite.failures) == (1, 0)


def test_any_text_of_a_subject_gives_valid_xml():
    finding = Finding("call", "\x00\x1b[31m\udc80 <&]]>", got="\x0b\ufffe")
    events = [
        START,
        CheckFinished("a", "?", Verdict.FAIL, failures=(Failure("", (finding,)),)),
        CheckFinished("b", "?", Verdict.ERROR, reason="\x00"),
        CheckFinished("c", "?", Verdict.UNSUPPORTED, reason="\x1b\udc80"),
    ]
    as_junit(events).encode()
    (suite,) = JUnitXml.fromstring(as_junit(events))
    assert (suite.failures, suite.errors, suite.skipped) == (1, 1, 1)
    assert "<&]]>" in next(iter(suite)).result[0].message


def test_a_file_is_replaced_in_one_step(tmp_path, monkeypatch):
    path = tmp_path / "run.json"
    write_whole(path, "old")

    def interrupted(source, target):
        raise KeyboardInterrupt

    monkeypatch.setattr("conformance.reports.files.os.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, "new")
    assert path.read_text() == "old"
