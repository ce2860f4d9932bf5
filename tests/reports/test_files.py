"""JSON and JUnit, whole at any moment."""

import json
import os
from dataclasses import replace

import pytest
from junitparser import JUnitXml

from conformance.events.events import (
    CaseStarted,
    CheckFinished,
    Failure,
    RunFinished,
)
from conformance.events.finding import Finding
from conformance.events.verdict import Verdict
from conformance.events.wire import from_dict
from conformance.policy.writing import write_whole
from conformance.reports.files import FileReport
from conformance.reports.json_log import GrowingLog, as_json
from conformance.reports.junit import as_junit

from .events import EVENTS, READY, RUN, START, VERSIONS, in_run


def test_the_json_document_holds_every_event_but_single_cases(tmp_path):
    report = FileReport(tmp_path / "deep" / "run.json", GrowingLog())
    for event in EVENTS:
        report(event)
    document = json.loads((tmp_path / "deep" / "run.json").read_text())
    assert (document["format"], document["complete"], document["verdict"]) == (2, True, "FAIL")
    kept = [event for event in EVENTS if not isinstance(event, CaseStarted)]
    assert [from_dict(event) for event in document["events"]] == kept


@pytest.mark.parametrize("render", [GrowingLog(), as_junit])
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
    assert suite.timestamp == "2027-01-31T12:00:00.000+00:00"
    assert suite.name == "gemma4_routing my kernel.py:route"
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (4, 1, 0, 1)
    assert {p.name: p.value for p in suite.properties()} == {
        "run": "00aa", "seed": "7", "profile": "gate", "device": "cpu, emulated", "host": "a-host",
        **VERSIONS, "driver": "none", "judged": "file k.py", "sha256": "ab" * 32,
    }  # fmt: skip
    cases = {case.name: case for case in suite}
    failure = cases["values"].result[0]
    assert failure.message.startswith("off by 1.2e-05") and "replay  conformance" in failure.text
    assert cases["special"].result[0].message == "UNSUPPORTED: no special values"
    assert not cases["ties"].result and "waived  by known-1" in cases["ties"].system_out


def test_junit_says_what_was_not_asked_and_what_was_stood_in_for():
    ready = replace(READY, stood_in=("vllm._C", "flashinfer"), not_asked=("A holds.", "B holds."))
    (suite,) = JUnitXml.fromstring(as_junit([START, ready]))
    found = [(p.name, p.value) for p in suite.properties()][-3:]
    assert found == [
        ("stood in for", "vllm._C, flashinfer"), ("not asked", "A holds."),
        ("not asked", "B holds."),
    ]  # fmt: skip


def test_an_error_of_the_suite_is_an_error_in_junit():
    event = CheckFinished("values", "?", Verdict.ERROR, reason="RuntimeError: broke")
    (suite,) = JUnitXml.fromstring(as_junit(in_run(RUN, [START, READY, event])))
    assert (suite.errors, suite.failures) == (1, 0)


def test_any_text_of_a_subject_gives_valid_xml():
    finding = Finding("call", "\x00\x1b[31m\udc80 <&]]>", got="\x0b\ufffe")
    events = [
        START,
        CheckFinished("a", "?", Verdict.FAIL, failures=(Failure("", (finding,)),)),
        CheckFinished("b", "?", Verdict.ERROR, reason="\x00"),
        CheckFinished("c", "?", Verdict.UNSUPPORTED, reason="\x1b\udc80"),
    ]
    events = in_run(RUN, events)
    as_junit(events).encode()
    (suite,) = JUnitXml.fromstring(as_junit(events))
    assert (suite.failures, suite.errors, suite.skipped) == (1, 1, 1)
    assert "<&]]>" in next(iter(suite)).result[0].message


def test_a_file_is_replaced_in_one_step(tmp_path, monkeypatch):
    path = tmp_path / "run.json"
    write_whole(path, "old")

    def interrupted(source, target):
        raise KeyboardInterrupt

    monkeypatch.setattr("conformance.policy.writing.os.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["run.json"]


def test_a_link_stays_a_link_and_a_device_a_device(tmp_path):
    (tmp_path / "link.json").symlink_to(tmp_path / "run.json")
    write_whole(tmp_path / "link.json", "text")
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "run.json").read_text() == "text"
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write_whole(tmp_path / "pipe", "text")
    assert os.read(reader, 9) == b"text" and (tmp_path / "pipe").is_fifo()
    os.close(reader)
