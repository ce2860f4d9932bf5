"""Several runs in one report: each under its own name, and what they come to at the end."""

import json
from dataclasses import replace

import pytest
from junitparser import JUnitXml

from conformance.events.events import (
    AllFinished,
    CheckFinished,
    Failure,
    RunFinished,
)
from conformance.events.finding import Finding
from conformance.events.verdict import Verdict
from conformance.events.wire import from_dict
from conformance.reports.files import FileReport
from conformance.reports.json_log import as_json
from conformance.reports.junit import as_junit

from .events import EVENTS, LINE, READY, START
from .family import ALL, END, FAILED, FAMILY, run
from .test_terminal import printed


def test_the_last_lines_name_every_operator_and_the_verdict_of_all():
    assert printed(FAMILY).splitlines()[-3:] == [
        "PASS        first",
        "FAIL        second",
        "not conformant: 2 operators in 2.0 s",
    ]


@pytest.mark.parametrize(
    ("end", "line"),
    [
        (
            AllFinished(Verdict.PASS, {"a": Verdict.PASS}, 1.0, run=ALL),
            "conformant: 1 operators in 1.0 s",
        ),
        (
            AllFinished(Verdict.NOT_RUN, {}, 1.0, complete=False, run=ALL),
            "broken off; could not be decided (NOT_RUN): 0 operators in 1.0 s",
        ),
    ],
)
def test_a_family_that_was_broken_off_says_so(end, line):
    assert printed([*run("a"), end]).splitlines()[-1] == line


def test_verdicts_of_operators_have_their_colours():
    text = printed(FAMILY, force_terminal=True, color_system="standard")
    assert "\x1b[1;31mFAIL\x1b[0m        second" in text


def test_every_line_of_a_subject_that_runs_elsewhere_says_so():
    lines = printed(FAMILY).splitlines()
    assert "PASS        values      emulated 3 cases, 0.5 s" in lines
    assert "FAIL        ties        emulated 2 cases, 0.5 s" in lines


def test_what_a_subject_promises_is_told_once_and_only_if_it_is_less():
    promised = replace(READY, within=("D % 64 == 0", "x float32"))
    assert "asked within what it promises: D % 64 == 0; x float32\n" in printed([START, promised])
    assert "promises" not in printed([START, READY])


def test_the_same_case_of_another_operator_is_no_repetition():
    found = (Finding("y", "odd"),)
    first, second = (
        CheckFinished(
            check, "?", Verdict.FAIL,
            failures=(Failure(LINE.replace("gemma4_routing@values", f"{name}@{check}"), found),),
        )
        for name, check in (("first", "values"), ("second", "ties"))
    )  # fmt: skip
    text = printed([*run("first", first), *run("second", second)])
    assert text.count("replay  ") == 2
    text = printed(run("first", first, replace(second, failures=first.failures)))
    assert text.count("replay  ") == 1


def test_a_failure_is_replayed_with_its_own_operator():
    text = printed([*run("first"), *run("x.py:second", FAILED)])
    assert text.count("  replay  conformance replay x.py:second ") == 1


def test_the_json_document_holds_the_events_of_all_and_their_verdict():
    document = json.loads(as_json(FAMILY))
    assert (document["complete"], document["verdict"]) == (True, "FAIL")
    assert [from_dict(event) for event in document["events"]] == FAMILY


def test_the_json_document_is_not_complete_before_all_have_ended(tmp_path):
    report = FileReport(tmp_path / "run.json", as_json)
    second = [type(event) for event in FAMILY].index(type(START), 1)
    for event in FAMILY[: second + 1]:
        report(event)
    for event in FAMILY[second + 1 : -1]:
        report(event)
        document = json.loads((tmp_path / "run.json").read_text())
        assert (document["complete"], document["verdict"]) == (False, None)
    report(FAMILY[-1])
    assert json.loads((tmp_path / "run.json").read_text())["complete"] is True


def test_the_json_document_is_not_complete_after_the_first_of_several():
    ends = [n for n, event in enumerate(FAMILY) if isinstance(event, RunFinished)]
    assert json.loads(as_json(FAMILY[: ends[0] + 1]))["complete"] is False


def test_a_family_that_was_broken_off_is_not_complete():
    document = json.loads(as_json([*FAMILY[:-1], replace(END, complete=False)]))
    assert (document["complete"], document["verdict"]) == (False, "FAIL")


def test_junit_has_a_suite_for_each_operator():
    first, second = JUnitXml.fromstring(as_junit(FAMILY))
    assert first.name == "first my kernel.py:route"
    assert [case.name for case in first] == ["values"]
    assert (second.name, second.tests, second.failures) == ("second my kernel.py:route", 2, 1)
    assert {case.classname for case in second} == {"second my kernel.py:route (emulated)"}


def test_junit_names_no_execution_where_there_is_none():
    (suite,) = JUnitXml.fromstring(as_junit(EVENTS))
    assert {case.classname for case in suite} == {"gemma4_routing my kernel.py:route"}


def test_junit_is_valid_before_anything_was_told():
    assert list(JUnitXml.fromstring(as_junit([END]))) == []
