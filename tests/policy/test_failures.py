"""The record of failures: bounded, replaced whole, shared by processes, never a crash."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.policy import failures
from conformance.policy.failures import LONGEST, MOST, FailureRecord, RecordedFailure, RecordTrouble

FAILURE = RecordedFailure(
    "7f3a41", "op.py:OP", "mine.py:f", "cpu", ("--import", "x.py"), "op@values@N=1,seed=0",
    "values", "y: off", "2026-01-01T00:00:00.000+00:00", "run 1",
)  # fmt: skip
# The folder that `tests` lies in comes last: `conformance` is the installed one.
ADDING = """
import sys
sys.path.append(sys.argv[3])
from dataclasses import replace
from pathlib import Path
from conformance.policy.failures import FailureRecord
from tests.policy.test_failures import FAILURE
for number in range(12):
    failure = replace(FAILURE, id=f"{sys.argv[2]}{number:05x}")
    FailureRecord(Path(sys.argv[1])).add([failure])
"""


TESTS = str(Path(__file__).parents[2])


@pytest.fixture
def record(tmp_path):
    return FailureRecord.beside(tmp_path / "kept/cases")


def test_it_lies_beside_the_folder_of_kept_cases(record, tmp_path):
    assert record.path == tmp_path / "kept/failures.json"


def test_what_was_added_comes_back_newest_first(record):
    other = replace(FAILURE, id="000001", subject=None, options=())
    record.add([FAILURE, other])
    assert record.newest_first() == [other, FAILURE]


def test_the_same_failure_is_kept_once_as_the_newest(record):
    record.add([FAILURE, replace(FAILURE, id="000001")])
    record.add([replace(FAILURE, message="again")])
    assert [(e.id, e.message) for e in record.newest_first()] == [
        ("7f3a41", "again"),
        ("000001", "y: off"),
    ]


def test_the_last_run_is_that_of_the_newest_failure(record):
    record.add([FAILURE])
    later = [replace(FAILURE, id=f"00000{n}", run="run 2") for n in range(3)]
    record.add(later)
    assert record.of_last_run() == later


def test_where_nothing_is_kept_there_is_nothing():
    nothing = FailureRecord.beside(None)
    nothing.add([FAILURE])
    assert nothing.newest_first() == nothing.of_last_run() == []


def test_without_a_file_there_is_nothing(record):
    assert record.newest_first() == record.of_last_run() == []


def test_the_newest_thousand_are_kept(record):
    record.add([replace(FAILURE, id=f"{number:06x}") for number in range(MOST + 5)])
    found = record.newest_first()
    assert len(found) == MOST
    assert found[-1].id == f"{5:06x}"


def test_a_failure_that_no_reader_would_take_is_not_kept(record):
    record.add([replace(FAILURE, line="x" * (LONGEST + 1)), FAILURE])
    assert record.newest_first() == [FAILURE]


def test_a_file_never_grows_beyond_what_a_reader_takes(record, monkeypatch):
    monkeypatch.setattr(failures, "MOST_BYTES", 20_000)
    record.add([replace(FAILURE, id=f"{number:06x}") for number in range(500)])
    assert record.path.stat().st_size <= 10_000
    assert record.newest_first()[0].id == f"{499:06x}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "they are no JSON"),
        ("{}", "this is no list"),
        ("[1]", "entry 1 is none: it is no object"),
        ('[{"id": "7f3a41"}]', "entry 1 is none: it lacks check, device, line"),
        (json.dumps([{**vars(FAILURE), "options": 3}]), "its options are no list"),
        (json.dumps([{**vars(FAILURE), "line": 3}]), "something else than texts"),
        (json.dumps([{**vars(FAILURE), "line": "x" * (LONGEST + 1)}]), "something else than texts"),
        ("\0", "they are no JSON"),
        ("[" * 100_000, "they are no JSON"),
    ],
)
def test_what_is_no_record_is_trouble_on_one_line(record, text, said):
    record.path.parent.mkdir()
    record.path.write_text(text)
    for act in (record.newest_first, record.of_last_run, lambda: record.add([FAILURE])):
        with pytest.raises(RecordTrouble) as trouble:
            act()
        assert said in str(trouble.value) and str(record.path) in str(trouble.value)
        assert "\n" not in str(trouble.value)
    assert record.path.read_text() == text


def test_what_later_versions_write_is_left_out(record):
    record.path.parent.mkdir()
    data = {**vars(FAILURE), "options": list(FAILURE.options), "later": 1}
    record.path.write_text(json.dumps([data]))
    assert record.newest_first() == [FAILURE]


def test_a_record_of_another_user_is_not_read(record, monkeypatch):
    record.add([FAILURE])
    owner = os.stat(record.path).st_uid
    monkeypatch.setattr(failures.os, "geteuid", lambda: owner + 1)
    monkeypatch.setattr(failures, "_ROOT", -1)
    with pytest.raises(RecordTrouble, match="belongs to another user"):
        record.newest_first()


def test_a_folder_that_cannot_be_written_is_trouble(tmp_path):
    (tmp_path / "kept").write_text("a file")
    with pytest.raises(RecordTrouble, match="recorded failures of"):
        FailureRecord.beside(tmp_path / "kept/cases").add([FAILURE])


def test_several_processes_lose_nothing(tmp_path):
    path = tmp_path / "failures.json"
    processes = [
        subprocess.Popen([sys.executable, "-c", ADDING, str(path), str(number), TESTS])
        for number in range(3)
    ]
    assert [process.wait(timeout=120) for process in processes] == [0] * 3
    assert len(FailureRecord(path).newest_first()) == 36
    assert [each.name for each in tmp_path.iterdir()] == ["failures.json"]


def test_its_words_say_all_that_replays_it():
    assert FAILURE.words == [
        "--operator=op.py:OP", "--subject=mine.py:f", "--import", "x.py", "--device=cpu", "--",
        "op@values@N=1,seed=0",
    ]  # fmt: skip
