"""The live line says how far a run is, and the time that is left only where that is known."""

from dataclasses import replace

import pytest

from conformance.events.events import CaseStarted, CheckFinished, CheckStarted
from conformance.events.verdict import Verdict
from conformance.reports.text.durations import Durations
from conformance.reports.text.progress import Progress, left_text

from ..events import LINE, READY, RUN

KNOWN = {"values": 10.0, "ties": 20.0, "special": 30.0}


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_checks_that_are_done_and_cases_are_counted():
    progress = Progress({}, clock=Clock())
    assert progress.text == ""
    progress.hear(READY)
    assert progress.text == "0 of 3 checks"
    progress.hear(CheckStarted("values", "?"))
    progress.hear(CaseStarted("values", LINE, 1))
    progress.hear(CheckFinished("values", "?", Verdict.PASS, 1, 2.0))
    assert progress.text == "1 of 3 checks, 1 case"
    assert progress.seconds == {"values": 2.0}


def test_the_time_that_is_left_follows_from_an_earlier_run():
    clock = Clock()
    progress = Progress(KNOWN, clock=clock)
    progress.hear(READY)
    assert progress.left == 60
    progress.hear(CheckStarted("values", "?"))
    clock.now = 4.0
    assert progress.left == 56
    clock.now = 400.0  # it takes longer than the last time: nothing is known of the rest
    assert progress.left == 50
    progress.hear(CheckFinished("values", "?", Verdict.PASS, 1, 400.0))
    assert progress.left == 50
    assert progress.text.endswith("about 50 s left")


def test_nothing_is_claimed_where_a_check_that_waits_was_not_asked_before():
    progress = Progress({"values": 10.0})
    progress.hear(READY)
    assert progress.left is None and "left" not in progress.text
    some = Progress({"values": 10.0}, wanted=("values",))
    some.hear(READY)
    assert some.left == 10 and some.text == "0 of 1 checks, about 10 s left"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "nearly done"), (14.4, "about 14 s left"), (200, "about 3 min left")],
)
def test_times_are_told_in_round_numbers(seconds, text):
    assert left_text(seconds) == text


def test_durations_are_those_of_the_operator_the_subject_and_the_profile(tmp_path):
    kept = Durations(tmp_path / "deep" / "durations.json")
    kept.keep(RUN, "gate", {"values": 1.234})
    assert kept.of(RUN, "gate") == {"values": 1.23}
    assert kept.of(RUN, "quick") == {}
    assert kept.of(replace(RUN, subject="other.py:f"), "gate") == {}
    kept.keep(RUN, "gate", {"values": 3.0, "ties": 1.0})
    assert kept.of(RUN, "gate") == {"values": 3.0, "ties": 1.0}


def test_only_the_newest_runs_are_remembered(tmp_path):
    kept = Durations(tmp_path / "durations.json")
    for number in range(210):
        kept.keep(replace(RUN, subject=f"s{number}"), "gate", {"values": 1.0})
    assert kept.of(replace(RUN, subject="s9"), "gate") == {}
    assert kept.of(replace(RUN, subject="s10"), "gate") == {"values": 1.0}


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 1}', '{"a": {"values": "x"}}', "\x00\xff"])
def test_a_file_that_is_none_of_these_is_nothing_known_and_no_trouble(tmp_path, text):
    path = tmp_path / "durations.json"
    path.write_text(text, encoding="latin-1")
    assert Durations(path).of(RUN, "gate") == {}
    Durations(path).keep(RUN, "gate", {"values": 1.0})
    assert Durations(path).of(RUN, "gate") == {"values": 1.0}


def test_a_place_that_cannot_be_written_is_no_trouble(tmp_path):
    (tmp_path / "file").write_text("")
    kept = Durations(tmp_path / "file" / "durations.json")
    kept.keep(RUN, "gate", {"values": 1.0})
    assert kept.of(RUN, "gate") == {}
