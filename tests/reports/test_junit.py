"""What a reader of the JUnit document is told: names, times, verdicts, texts."""

from dataclasses import replace

import pytest
from junitparser import Error, JUnitXml, Skipped
from junitparser import Failure as Failed

from conformance.events.events import CheckFinished, Judged
from conformance.events.finding import Finding
from conformance.events.severity import Severity
from conformance.events.verdict import Verdict
from conformance.reports.junit import as_junit

from .events import FAILED, FAILURE, LINE, READY, RUN, START, WAIVED, in_run

SUITE = "gemma4_routing my kernel.py:route"
OTHER = type(FAILURE)(LINE.replace("T=3", "T=4"), (Finding("ids", "another one"),))


def suites(*events, run=RUN):
    return list(JUnitXml.fromstring(as_junit(in_run(run, events))))


def only_case(event):
    (suite,) = suites(START, READY, event)
    (case,) = suite
    return case


@pytest.mark.parametrize(
    ("verdict", "kinds"),
    [
        (Verdict.PASS, []),
        (Verdict.WAIVED, []),
        (Verdict.FAIL, [Failed]),
        (Verdict.ERROR, [Error]),
        (Verdict.UNSUPPORTED, [Skipped]),
        (Verdict.NOT_RUN, [Skipped]),
    ],
)
def test_each_verdict_has_its_result(verdict, kinds):
    case = only_case(CheckFinished("values", "?", verdict, reason="why"))
    assert [type(result) for result in case.result] == kinds
    texts = {Verdict.UNSUPPORTED: "UNSUPPORTED: why", Verdict.NOT_RUN: "NOT_RUN: why"}
    assert [result.message for result in case.result] == [texts.get(verdict, "why") for _ in kinds]


def test_a_case_says_what_was_asked_of_whom_and_how_long_it_took():
    case = only_case(replace(FAILED, seconds=1.23456))
    assert (case.name, case.classname, case.time) == ("values", SUITE, 1.235)


def test_a_case_says_how_it_was_executed():
    case = only_case(replace(FAILED, execution="emulated"))
    assert case.classname == f"{SUITE} (emulated)"


def test_the_first_finding_is_the_message_and_every_failure_is_told():
    case = only_case(replace(FAILED, failures=(FAILURE, OTHER)))
    (result,) = case.result
    assert result.message == FAILURE.findings[0].message
    assert result.type == "2 distinct findings"
    first, second = result.text.split("\n\n")
    assert first.startswith("asked   gemma4_routing(T=3") and "found   call: slow" in first
    assert second.startswith("asked   gemma4_routing(T=4") and "ids: another one" in second
    for part in (first, second):
        command = "replay  conformance replay gemma4_routing gemma4_routing@values@"
        assert part.splitlines()[-1].startswith(command)
        assert part.endswith("--subject 'my kernel.py:route'")


@pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.WAIVED])
def test_what_does_not_fail_a_check_is_told_beside_it(verdict):
    case = only_case(CheckFinished("ties", "?", verdict, failures=(WAIVED,)))
    assert not case.result
    assert case.system_out.splitlines()[1:3] == ["found   ids: odd", "waived  by known-1"]
    assert only_case(CheckFinished("ties", "?", verdict)).system_out is None


@pytest.mark.parametrize(
    ("subject", "name"), [("k.py:f", "gemma4_routing k.py:f"), (None, "gemma4_routing")]
)
def test_a_run_that_never_got_ready_is_named_by_what_was_asked(subject, name):
    run = replace(RUN, subject=subject)
    (suite,) = suites(START, CheckFinished("load", "?", Verdict.FAIL, reason="x"), run=run)
    assert suite.name == name
    properties = {p.name: p.value for p in suite.properties()}
    assert properties["device"] == "cpu" and "driver" not in properties
    assert [case.classname for case in suite] == [name]


def test_the_name_is_that_of_the_subject_that_was_found():
    ready = replace(READY, subject="found.py:g", mode="cuda, native", judged=Judged("", ""))
    (suite,) = suites(START, ready)
    assert suite.name == "gemma4_routing found.py:g"
    properties = {p.name: p.value for p in suite.properties()}
    assert properties["device"] == "cuda, native"
    assert not {"judged", "sha256", "stood in for", "not asked"} & set(properties)


def test_runs_are_suites_of_their_own_and_a_run_without_a_start_is_none():
    one, other = (in_run(replace(RUN, id=name), [START, READY, FAILED]) for name in ("1", "2"))
    lost = in_run(replace(RUN, id="3"), [READY, FAILED])
    document = JUnitXml.fromstring(as_junit([*one, *lost, *other]))
    assert [{p.name: p.value for p in suite.properties()}["run"] for suite in document] == [
        "1",
        "2",
    ]
    assert [suite.tests for suite in document] == [1, 1]


def test_a_warning_fails_nothing_and_is_told_beside_the_case():
    case = only_case(replace(FAILED, severity=Severity.WARN))
    assert not case.result
    first, _, *rest = case.system_out.splitlines()
    assert first == "a warning, which decides nothing"
    assert rest[0].startswith("asked   gemma4_routing(T=3")


def test_a_case_says_where_the_kernel_is_and_what_is_known_of_it(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    (tmp_path / "k.py").write_text("")
    (suite,) = suites(START, READY, replace(FAILED, execution="emulated"))
    (case,) = suite
    assert (case._elem.get("file"), case._elem.get("line")) == ("k.py", "3")
    told = {p.get("name"): p.get("value") for p in case._elem.iter("property")}
    assert told == {
        "question": "Right?", "severity": "deny", "cases": "12", "execution": "emulated",
    }  # fmt: skip
    assert suite.hostname == "a-host"
    assert {p.name: p.value for p in suite.properties()}["torch"] == "2.13"


def test_a_file_that_is_not_of_the_repository_is_not_named(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert only_case(FAILED)._elem.get("file") is None
