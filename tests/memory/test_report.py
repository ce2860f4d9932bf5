"""One entry for each rule that a line breaks, and sessions that collect them one at a time."""

from dataclasses import replace

import pytest

from conformance.memory.report import MAXIMUM_ENTRIES, Report
from conformance.memory.sessions import OneAtATime, WatchedLaunches
from conformance.memory.violation import OUT_OF_BOUNDS_READ, WRITE_RACE, Violation

FOUND = Violation(OUT_OF_BOUNDS_READ, "kernel", "file.py", 3, (0, 0, 0), None, "x", 8, 2)


def test_the_first_violation_of_a_line_lends_its_program_and_all_are_counted():
    report = Report()
    report.add(FOUND)
    report.add(replace(FOUND, program=(1, 0, 0), offset=16, count=5))
    assert report.violations == (replace(FOUND, count=7),)


@pytest.mark.parametrize("other", [{"kind": WRITE_RACE}, {"line": 4}, {"argument": "y"}])
def test_another_rule_line_or_argument_is_another_entry(other):
    report = Report()
    report.add(FOUND)
    report.add(replace(FOUND, **other))
    assert len(report.violations) == 2


def test_a_report_stays_readable():
    report = Report()
    for line in range(MAXIMUM_ENTRIES + 1):
        report.add(replace(FOUND, line=line))
    assert len(report.violations) == MAXIMUM_ENTRIES


def test_what_an_undone_chunk_broke_is_forgotten():
    report = Report()
    mark = report.mark()
    report.add(FOUND)
    report.restore(mark)
    assert report.violations == ()


def test_a_violation_reads_as_a_sentence_and_as_json():
    race = replace(FOUND, kind=WRITE_RACE, other_program=(2, 0, 0), count=1)
    assert str(race) == (
        "write race of argument 'x' at byte 8 by program (0, 0, 0) against program (2, 0, 0), "
        "1 element: kernel kernel, file.py:3"
    )
    assert race.as_dict()["other_program"] == [2, 0, 0]


def test_violations_are_collected_launch_by_launch():
    watched = WatchedLaunches()
    watched.note("first", (FOUND,))
    watched.note("second", ())
    assert (watched.launches, watched.launch_count) == (("first", "second"), 2)
    assert watched.violations == (FOUND,)


def test_sessions_do_not_nest():
    room = OneAtATime("a session of the test")
    room.take()
    with pytest.raises(RuntimeError, match="a session of the test is already open; sessions do"):
        room.take()
    room.give_back()
    room.take()
