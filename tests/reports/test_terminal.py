"""The run on a terminal, and where there is none."""

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from conformance.events.case_id import case_id
from conformance.events.events import CheckFinished, Compiling, RunFinished
from conformance.events.finding import Finding
from conformance.events.verdict import Verdict
from conformance.reports.terminal import TerminalReport
from conformance.reports.text.durations import Durations

from .events import EVENTS, FAILED, FAILURE, LINE, READY, START

PLAIN = """\
gemma4_routing: profile gate, seed 7
subject my kernel.py:route (k.py:3)
on cpu, emulated; torch 2.13, triton 3.9, python 3.11
PASS        load       0.5 s
FAIL        values     12 cases, 1.2 s, 4 larger ones left out by the profile
  weights: off by 1.2e-05, allowed 2e-06 (1 of 6 elements)  T=3,E=8,K=2,"""
CAUSE = """
cause 1 of 1: weights: off by 1.2e-05, allowed 2e-06 (1 of 6 elements)
  shows   in the only case that was asked
  seen    in 1 case of values
  asked   gemma4_routing(T=3, E=8, K=2)"""


def printed(events, verbose=False, **options):
    out = StringIO()
    console = Console(file=out, highlight=False, soft_wrap=True, width=80, **options)
    report = TerminalReport(console, verbose)
    for event in events:
        report(event)
    return out.getvalue()


def test_without_a_terminal_lines_are_plain_and_whole():
    text = printed(EVENTS)
    assert "\x1b" not in text and "\r" not in text
    assert text.startswith(PLAIN) and CAUSE in text
    assert f"\n  case    {LINE}\n" in text
    assert "case 1 " not in text
    assert text.endswith("not conformant: 1 FAIL, 1 WAIVED, 1 UNSUPPORTED in 2.0 s\n")


def test_on_a_terminal_there_are_colours_and_a_live_line_that_goes_away():
    text = printed(EVENTS, force_terminal=True, color_system="standard")
    assert "\x1b[1;31mFAIL\x1b[0m" in text and "\x1b[32mPASS\x1b[0m" in text
    assert "load: Loads?" in text and "values: case 1" in text
    assert text.index("\x1b[2K") < text.index("not conformant")
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") > 0


def test_what_is_compiled_ahead_is_told_where_lines_go_away_and_nowhere_else():
    events = [*EVENTS[:2], Compiling(97), *EVENTS[2:]]
    told = "compiling 97 signatures of kernels ahead"
    assert told in printed(events, force_terminal=True)
    assert told not in printed(events)


def test_a_file_that_is_to_be_coloured_has_no_line_that_moves(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")
    report = TerminalReport()
    for event in EVENTS:
        report(event)
    text = capsys.readouterr().out
    assert "\x1b[" in text and "values: case 1" not in text and "\x1b[2K" not in text


def test_a_waived_failure_takes_one_line_unless_all_is_asked_for():
    assert "\n  waived by known-1: T=3,E=8," in printed(EVENTS)
    text = printed(EVENTS, verbose=True)
    assert "\n  waived  by known-1\n" in text and text.count("replay  ") == 2


ALL = RunFinished(Verdict.FAIL, {"FAIL": 2}, 2.0, run=START.run)


def test_failures_of_one_cause_are_told_once_unless_all_is_asked_for():
    other = type(FAILURE)(LINE.replace("T=3", "T=4"), FAILURE.findings)
    event = CheckFinished("values", "?", Verdict.FAIL, failures=(FAILURE, other))
    for verbose, told in ((False, 1), (True, 2)):
        text = printed([START, event, ALL], verbose=verbose)
        assert text.count("  asked ") == text.count("  case ") == text.count("  replay ") == told
        assert text.count("  found   weights") == told and text.count("cause 1 of 1: weights") == 1


def test_what_an_earlier_check_has_found_is_told_on_no_line_of_its_own():
    again = replace(FAILED, check="sizes", failures=(type(FAILURE)(
        LINE.replace("values", "sizes"), FAILURE.findings),))  # fmt: skip
    events = [START, FAILED, again, ALL]
    text = printed(events)
    assert text.count("\n  weights: off by") == 1 and text.count("replay  ") == 1
    assert "\n  seen    in 2 cases of 2 checks: values 1, sizes 1\n" in text
    assert printed(events, verbose=True).count("replay  ") == 2


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (RunFinished(Verdict.PASS, {"PASS": 3}, 1.0), "conformant: 3 PASS in 1.0 s"),
        (RunFinished(Verdict.WAIVED, {"WAIVED": 1}, 1.0), "conformant, with waivers: 1 WAIVED"),
        (RunFinished(Verdict.ERROR, {"ERROR": 1}, 1.0), "could not be decided (ERROR): 1 ERROR"),
        (RunFinished(Verdict.NOT_RUN, {}, 1.0), "could not be decided (NOT_RUN): nothing ran"),
        (RunFinished(Verdict.FAIL, {"FAIL": 1}, 1.0, False), "broken off; not conformant: 1 FAIL"),
        (
            RunFinished(Verdict.NOT_RUN, {"PASS": 1}, 1.0, False),
            "broken off; could not be decided (NOT_RUN): 1 PASS",
        ),
    ],
)
def test_the_last_line_says_what_it_comes_to(event, line):
    assert printed([START, READY, event]).splitlines()[-1].startswith(line)


def test_what_was_stood_in_for_and_what_is_left_to_callers_is_said():
    ready = replace(READY, stood_in=("vllm._C", "flashinfer"), not_asked=("A holds.", "B holds."))
    lines = printed([START, ready]).splitlines()
    assert lines[-3:] == [
        "stood in for: vllm._C, flashinfer",
        "not asked: A holds.",
        "not asked: B holds.",
    ]
    assert "stood in" not in printed([START, READY]) and "not asked" not in printed([START, READY])


def test_text_of_a_subject_is_not_taken_for_markup():
    failure = type(FAILURE)("", (Finding("call", "[bold]x[/bold] [0, 1] :tada:"),))
    event = CheckFinished("values", "?", Verdict.FAIL, failures=(failure,))
    assert "call: [bold]x[/bold] [0, 1] :tada:" in printed([START, event])


def test_what_a_subject_promises_is_said_with_what_it_runs_on():
    ready = replace(READY, within=("T <= 8", "E <= 4"), mode="cuda, native")
    lines = printed([START, ready]).splitlines()
    assert lines[2:] == [
        "on cuda, native; torch 2.13, triton 3.9, python 3.11",
        "asked within what it promises: T <= 8; E <= 4",
    ]
    unknown = replace(START, versions={})
    assert printed([unknown, READY]).splitlines()[2].endswith("torch ?, triton ?, python ?")


def test_each_run_tells_what_it_finds_whatever_another_one_has_shown():
    text = printed([START, FAILED, ALL, START, replace(FAILED, check="sizes"), ALL])
    assert text.count("\n  weights: off by") == text.count("  replay ") == 2


def test_each_verdict_has_its_colour():
    colours = {
        Verdict.PASS: "32", Verdict.FAIL: "1;31", Verdict.WAIVED: "33",
        Verdict.UNSUPPORTED: "33", Verdict.NOT_RUN: "2", Verdict.ERROR: "1;35",
    }  # fmt: skip
    for verdict, code in colours.items():
        event = CheckFinished("values", "?", verdict)
        text = printed([START, event], force_terminal=True, color_system="standard")
        assert f"\x1b[{code}m{verdict}\x1b[0m" in text


def test_how_a_check_was_executed_stands_behind_its_name():
    event = CheckFinished("values", "?", Verdict.PASS, 3, 0.5, execution="emulated")
    assert printed([START, event]).splitlines()[-1] == (
        "PASS        values      emulated 3 cases, 0.5 s"
    )


def test_the_causes_of_a_run_whose_end_is_lost_are_told_all_the_same():
    text = printed([START, FAILED, replace(START, run=replace(START.run, id="00bb"))])
    assert "cause 1 of 1: weights: off by" in text


def test_a_line_of_a_new_finding_says_its_short_id_where_cases_are_recorded():
    out = StringIO()
    report = TerminalReport(Console(file=out, soft_wrap=True, width=80), recorded=True)
    for event in EVENTS:
        report(event)
    short = case_id(START.run, LINE)
    assert f"\n  weights: off by 1.2e-05, allowed 2e-06 (1 of 6 elements)  [{short}]\n" in (
        out.getvalue()
    )
    assert f"\n  replay  conformance replay {short}\n" in out.getvalue()


def test_on_a_terminal_the_live_line_says_how_far_the_run_is(tmp_path):
    durations = Durations(tmp_path / "durations.json")
    durations.keep(START.run, START.profile, dict.fromkeys(READY.checks, 5.0))
    out = StringIO()
    console = Console(file=out, soft_wrap=True, width=120, force_terminal=True)
    report = TerminalReport(console, durations=durations)
    for event in EVENTS:
        report(event)
    assert "0 of 3 checks, 1 case, about 15 s left · values: case 1" in out.getvalue()
    assert durations.of(START.run, START.profile) == {
        "load": 0.5, "values": 1.25, "ties": 0.01, "special": 0.0,
    }  # fmt: skip
    assert max(len(line) for line in printed(EVENTS, force_terminal=True, color_system=None)
               .replace("\r", "\n").splitlines() if "replay" not in line) <= 100  # fmt: skip
