"""Whatever a subject says, no line of a report is its own, and no format breaks."""

import json
from dataclasses import replace
from io import StringIO
from unicodedata import category
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from conformance.events.events import CheckFinished, CheckStarted, Failure, RunFinished
from conformance.events.finding import Finding
from conformance.events.identity import RunIdentity
from conformance.events.verdict import Verdict
from conformance.reports.failure import Origin, failure_lines, headline
from conformance.reports.foreign import indented, one_line, printable
from conformance.reports.json_log import as_json
from conformance.reports.junit import as_junit
from conformance.reports.replay import ReplayReport
from conformance.reports.terminal import TerminalReport

from .events import LINE, READY, START, in_run

FORGED = (
    "x\nPASS        values      80 cases\r\nconformant: 18 PASS\x85FAIL\u2028PASS\x1b[2J\x0cPASS"
)
NASTY = [
    FORGED, "\x00\x01\x07\x1b]0;title\x07", "\ud800\udcff", "]]><!--&amp;<a>", "\u202eDEVAW\u2066",
    "\ufffe\uffff\U0001fffe", "a\tb\n\n\n", "[bold red]PASS[/]", "\N{ZERO WIDTH SPACE}",
]  # fmt: skip
SUBJECT = st.text(max_size=60) | st.sampled_from(NASTY)


def events_of(text):
    """A run in which everything that a stranger may say is ``text``."""
    finding = Finding(text, text, got=text, wanted=text, where=text, line=text, cause=text)
    ready = replace(
        READY, subject=text, origin=text, mode=text, within=(text,), not_asked=(text,),
        stood_in=(text,), driver=text,
    )  # fmt: skip
    checks = [
        CheckFinished("values", text, verdict, 1, 1.0, text, failures)
        for verdict, failures in (
            (Verdict.FAIL, (Failure(LINE, (finding,)), Failure("", (finding,), text))),
            (Verdict.WAIVED, (Failure(LINE, (finding,), text),)),
            *((verdict, ()) for verdict in (Verdict.ERROR, Verdict.UNSUPPORTED, Verdict.NOT_RUN)),
        )
    ]
    start = replace(START, profile=text, host=text, versions={text: text})
    end = RunFinished(Verdict.FAIL, {"FAIL": 1}, 1.0, troubles=(text,))
    run = RunIdentity("00aa", text, text, text)
    return in_run(run, [start, ready, CheckStarted("values", text), *checks, end])


def printed(events, report=TerminalReport, **more):
    out = StringIO()
    listener = report(Console(file=out, soft_wrap=True, highlight=False, width=80), **more)
    for event in events:
        listener(event)
    return out.getvalue()


def steers(character):
    """Whether a character is none for a terminal to show: a control, a separator, half of one."""
    return character != "\t" and category(character) in ("Cc", "Cs", "Zl", "Zp")


OWN = ("subject ", "on ", "stood in for: ", "asked within ", "not asked: ", "FAIL        values ",
       "WAIVED      values ", "ERROR       values ", "UNSUPPORTED values ", "NOT_RUN     values ",
       "  ", "cause 1 of ", "cause 2 of ", "cause 3 of ",
       "not conformant: 1 FAIL in 1.0 s")  # fmt: skip


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize("verbose", [False, True])
def test_every_line_on_a_terminal_is_the_suite_s_own_or_indented(text, verbose):
    lines = printed(events_of(text), verbose=verbose).split("\n")
    assert not any(steers(character) for line in lines for character in line)
    assert [line for line in lines[1:] if line and not line.startswith(OWN)] == []
    assert not any(line.startswith(("PASS", "conformant")) for line in lines)


@pytest.mark.parametrize("text", NASTY)
def test_so_is_every_line_of_a_case_that_is_asked_again(text):
    lines = printed(events_of(text), ReplayReport).split("\n")
    assert [line for line in lines if line and not line.startswith(OWN)] == []


@settings(derandomize=True, max_examples=200, deadline=None)
@given(SUBJECT)
def test_any_text_gives_lines_of_failures_that_begin_with_a_word_of_the_report(text):
    words = ("asked   ", "found   ", "got     ", "wanted  ", "where   ", "line    ", "seen    ",
             "waived  ", "case    ", "replay  ", "        ")  # fmt: skip
    for event in events_of(text):
        if isinstance(event, CheckFinished):
            first, *rest = headline(event).split("\n")
            assert first.startswith(str(event.verdict))
            assert all(line.startswith("    ") for line in rest)
            for failure in event.failures:
                for line in failure_lines(failure, Origin(text, text, text)):
                    assert line.startswith(words) and "\n" not in line


@settings(derandomize=True, max_examples=200, deadline=None)
@given(SUBJECT)
def test_any_text_gives_valid_xml_and_json(text):
    events = events_of(text)
    root = ElementTree.fromstring(as_junit(events).encode())
    assert len(root.findall(".//testcase")) == 5
    document = json.loads(as_json(events).encode())
    assert document["verdict"] == "FAIL"
    if not any(category(character) == "Cs" for character in text):
        assert document["events"][1]["subject"] == text


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text())
def test_texts_are_on_one_line_or_indented(text):
    assert "\n" not in one_line(text) and not any(map(steers, one_line(text)))
    assert all(line.startswith("    ") for line in indented(text).split("\n")[1:])
    assert printable(printable(text)) == printable(text)
