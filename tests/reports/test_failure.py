"""A failure is a small report: asked, found, got, wanted, where, and how to see it again."""

import shlex
from dataclasses import replace

import pytest

from conformance.case import Case
from conformance.events.events import CheckFinished, Failure
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import Verdict
from conformance.reports.failure import Origin, failure_lines, headline, replay_command
from conformance.reports.foreign import printable

from .events import FAILED, FAILURE, LINE, START, WAIVED

ABOUT_WAIVER = Failure("", (Finding("waiver", "is over", kind=Kind.WAIVER),))
ORIGIN = Origin.of(START.run)

GOLDEN = """\
asked   gemma4_routing(T=3, E=8, K=2)  gating bfloat16, normal, dense; \
per_expert_scale float32, signed, sliced; call topk=0
found   weights: off by 1.2e-05, allowed 2e-06 (1 of 6 elements)
got     0.2500125
wanted  0.25
where   element [2, 1]
found   call: slow
got     first line
        second line
case    gemma4_routing@values@T=3,E=8,K=2,gating=bfloat16/normal/dense,\
per_expert_scale=float32/signed/sliced,call:topk=0,seed=7
replay  conformance replay gemma4_routing \
gemma4_routing@values@T=3,E=8,K=2,gating=bfloat16/normal/dense,\
per_expert_scale=float32/signed/sliced,call:topk=0,seed=7 --subject 'my kernel.py:route'\
"""


def test_the_report_of_a_failure():
    assert "\n".join(failure_lines(FAILURE, ORIGIN)) == GOLDEN


def test_a_failure_without_a_case_offers_no_replay():
    failure = Failure("", (Finding("subject", "cannot be loaded", got="x"),))
    assert failure_lines(failure, ORIGIN) == ["found   subject: cannot be loaded", "got     x"]


def test_what_holds_only_under_a_condition_says_so():
    finding = Finding("index", "of another form", condition="not (is_prefill)")
    lines = failure_lines(Failure("", (finding,)), ORIGIN)
    assert lines == ["found   index: of another form", "when    not (is_prefill)"]


def test_a_brief_report_says_nothing_twice():
    brief = "\n".join(failure_lines(FAILURE, ORIGIN, brief=True)).splitlines()
    whole = GOLDEN.splitlines()
    assert brief == [line for line in whole if not line.startswith(("asked ", "case "))]


@pytest.mark.parametrize("brief", [False, True])
def test_a_finding_of_several_cases_says_how_many(brief):
    lines = failure_lines(replace(FAILURE, cases=14), ORIGIN, brief)
    assert lines == ["seen    in 14 cases", *failure_lines(FAILURE, ORIGIN, brief)]


def test_a_waived_failure_names_its_waiver():
    assert "waived  by known-1" in failure_lines(WAIVED, ORIGIN)


@pytest.mark.parametrize(
    ("origin", "options"),
    [
        (Origin("gemma4_routing"), []),
        (Origin("gemma4_routing", None, "cuda"), ["--device", "cuda"]),
        (Origin("gemma4_routing", "a b.py:f[0]"), ["--subject", "a b.py:f[0]"]),
        (Origin("my op.py:CONTRACT"), []),
        (Origin("o.py:$(rm x)", "`a`;b.py:f"), ["--subject", "`a`;b.py:f"]),
        (Origin("gemma4_routing", None, "x; y"), ["--device", "x; y"]),
        (Origin("gemma4_routing", "-a.py:f"), ["--subject=-a.py:f"]),
    ],
)
def test_the_replay_command_reads_back_in_a_shell(origin, options):
    line = LINE.replace("topk=0", "topk-breaks-1")
    words = shlex.split(replay_command(line, origin))
    assert words == ["conformance", "replay", origin.operator, line, *options]
    assert str(Case.parse(words[3])) == line


def test_an_operator_that_looks_like_an_option_is_given_as_one():
    words = shlex.split(replay_command(LINE, Origin("-op.py:OP")))
    assert words == ["conformance", "replay", "--operator=-op.py:OP", LINE]


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (FAILED, "FAIL        values     12 cases, 1.2 s, 4 larger ones left out by the profile"),
        (
            replace(FAILED, failures=(FAILURE, FAILURE, WAIVED, ABOUT_WAIVER), left_out={}),
            "FAIL        values     12 cases, 2 distinct findings, 1.2 s",
        ),
        (CheckFinished("ties", "?", Verdict.PASS, 1, 0.01), "PASS        ties       1 case"),
        (
            CheckFinished("special", "?", Verdict.UNSUPPORTED, reason="no NaN"),
            "UNSUPPORTED special    no NaN",
        ),
    ],
)
def test_a_check_on_one_line(event, line):
    assert headline(event) == line


def test_what_no_terminal_and_no_xml_bears_is_replaced():
    assert printable("a\x1b[31m\x00\udc80\x85é\t…😀\n") == "a�[31m���é\t…😀\n"
    failure = Failure(LINE, (Finding("call", "\x1b[2J", got="\x07"),))
    assert not any("\x1b" in line or "\x07" in line for line in failure_lines(failure, ORIGIN))


def test_a_subject_that_only_python_names_is_replayed_from_python():
    origin = Origin("gemma4_routing", "<my_function>", "cuda")
    command = replay_command(LINE, origin)
    assert command == f"conformance.replay({LINE!r}, OPERATOR, my_function), from Python"


def test_a_line_of_a_kernel_is_told_once():
    here = Finding("call", "raised", where="k.py:7, in f", line="k.py:7")
    apart = Finding("call", "raised", where="element [0]", line="k.py:7")
    assert failure_lines(Failure("", (here,)), ORIGIN)[1:] == ["where   k.py:7, in f"]
    assert failure_lines(Failure("", (apart,)), ORIGIN)[1:] == [
        "where   element [0]",
        "line    k.py:7",
    ]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"execution": "emulated"}, "PASS        values      emulated "),
        ({"execution": "emulated", "cases": 2}, "PASS        values      emulated 2 cases"),
        ({"cases": 1, "seconds": 0.05}, "PASS        values     1 case, 0.1 s"),
        ({"cases": 0, "seconds": 0.049}, "PASS        values     "),
        ({"reason": "why\x00"}, "PASS        values     why�"),
    ],
)
def test_a_headline_says_how_it_was_executed_and_what_it_took(changes, line):
    assert headline(CheckFinished("values", "?", Verdict.PASS, **changes)) == line
