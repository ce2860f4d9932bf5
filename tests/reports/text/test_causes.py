"""A cause is a small report; a warning and a check that only finds wrong calls are told as such."""

from dataclasses import replace

import pytest

from conformance.events.case_id import case_id
from conformance.events.events import CheckFinished, RunFinished
from conformance.events.severity import Severity
from conformance.events.verdict import Verdict
from conformance.reports.clusters import clusters_of
from conformance.reports.failure import headline
from conformance.reports.text.cause import cause_lines
from conformance.reports.text.sentence import sentence

from ..clusters.planted import IDS, asked
from ..clusters.test_causes import CHECKS, accepting, tail
from ..events import RUN

EVENTS = [asked(check, {IDS: tail}) for check in CHECKS]
FIRST = EVENTS[0].failures[0].case


def lines(events, **more):
    (cluster,) = clusters_of(events)
    return cause_lines(cluster, 1, 1, RUN, **more)


def test_one_fault_that_ten_checks_see_takes_few_lines():
    told = lines(EVENTS)
    assert [line.split()[0] for line in told] == [
        "cause", "shows", "seen", "asked", "found", "got", "wanted", "where", "case", "replay",
    ]  # fmt: skip
    assert told[0] == "cause 1 of 1: ids: ids outside the range"
    assert told[2].startswith("  seen    in 1440 cases of 10 checks: values 144, dtypes 144, ")
    assert told[-1].endswith(f"{FIRST} --subject 'my kernel.py:route'")


def test_where_cases_are_recorded_a_short_id_replays_them():
    told = lines(EVENTS, recorded=True)
    assert told[-1] == f"  replay  conformance replay {case_id(RUN, FIRST)}"
    assert told[-2] == f"  case    {FIRST}"


def test_on_a_terminal_every_line_fits_but_the_command_that_is_copied():
    told = lines(EVENTS, recorded=True, width=60)
    assert max(map(len, told)) <= 60
    (case,) = (line for line in told if line.startswith("  case"))
    assert "…" in case and case.endswith("seed=1")
    *others, replay = lines(EVENTS, width=60)
    assert replay.endswith(f"{FIRST} --subject 'my kernel.py:route'")
    assert max(map(len, others)) <= 60


def test_a_warning_is_called_one():
    event = replace(accepting(7, 7), severity=Severity.WARN)
    assert lines([event])[0] == "warning 1 of 1: arguments: it refuses none of 7 wrong calls"
    assert "a warning: it decides nothing" in headline(event)
    assert "a warning" not in headline(accepting(7, 7))


PASSED = CheckFinished("values", "?", Verdict.PASS, 3)
BOUNDS = CheckFinished("bounds", "?", Verdict.PASS, 3)
WRONG = accepting(7, 7)
WARNED = replace(WRONG, severity=Severity.WARN)
NUMBERS = "numerically right; it refuses none of 7 wrong calls"


@pytest.mark.parametrize(
    ("verdict", "checks", "text"),
    [
        (Verdict.PASS, [PASSED], "conformant"),
        (Verdict.FAIL, [EVENTS[0], PASSED], "not conformant"),
        (Verdict.FAIL, [PASSED, WRONG], f"not conformant, but {NUMBERS}"),
        (Verdict.PASS, [PASSED, WARNED], f"conformant, with 1 warning (arguments); {NUMBERS}"),
        (Verdict.FAIL, [EVENTS[0], WARNED], "not conformant, with 1 warning (arguments)"),
        # Nobody asked whether the numbers are right.
        (Verdict.FAIL, [BOUNDS, WRONG], "not conformant"),
        (
            Verdict.WAIVED,
            [PASSED, WARNED],
            f"conformant, with waivers and 1 warning (arguments); {NUMBERS}",
        ),
        (Verdict.UNSUPPORTED, [], "could not be decided (UNSUPPORTED)"),
    ],
)
def test_the_sentence_says_what_it_comes_to(verdict, checks, text):
    assert sentence(RunFinished(verdict, {}, 1.0), checks) == text
    broken = RunFinished(verdict, {}, 1.0, complete=False)
    assert sentence(broken, checks) == f"broken off; {text}"
