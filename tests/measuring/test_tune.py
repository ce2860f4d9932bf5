"""The fastest launch shape whose answers are right goes into the table."""

import json

import pytest

from conformance.measuring.request import MeasuringRequest
from conformance.measuring.result import Result
from conformance.measuring.shapes import (
    as_table,
    merged,
    read_table,
    shape_of_text,
    shape_text,
    table_place,
    tuned,
)
from conformance.measuring.worker import tune
from conformance.reports.measured.tuned import tuned_lines
from tests.measuring import toy

NAME = "tests.measuring.toy:TUNED"
TUNING = toy.TUNED.tuning


def run(**changes):
    request = MeasuringRequest(
        NAME, (), "cpu", TUNING.points, (0, 1), 7, tuning=True, **changes
    )  # fmt: skip
    result = Result.of(NAME, 7, TUNING.points)
    tune.TuningRun(request, result.hear, toy.place()).run()
    return result


def entry(rows, **changes):
    return {"device": "Toy 1", "arch": "toy", "dtype": "float32", "N_up_to": 8,
            "shape": {"rows": rows}, "microseconds": 1.0} | changes  # fmt: skip


def test_wrong_and_broken_candidates_are_left_out_however_fast():
    found = list(tuned(TUNING, [], run()))
    assert [each.shape for each in found] == [{"rows": 4}, {"rows": 4}]
    assert [each.microseconds for each in found] == pytest.approx([100, 100], rel=1e-3)
    assert [each.discarded for each in found] == [2, 2]


def test_where_the_oracle_takes_too_long_the_own_subject_says_what_is_right(monkeypatch):
    monkeypatch.setattr(tune, "small_enough", lambda contract, case, most: False)
    result = run()
    assert [each.shape for each in tuned(TUNING, [], result)] == [{"rows": 4}, {"rows": 4}]
    (wrong,) = (s for s in result.standings["rows=16"] if s.point == 0)
    assert wrong.text == "y: 16 elements are off, beside fast"


def test_noise_changes_no_table():
    result = run(shipped=("rows=1",))
    slower = list(tuned(TUNING, [entry(1)], result))
    assert slower[0].differs and slower[0].shipped_microseconds == pytest.approx(200, rel=1e-3)
    for point in result.points:
        for (name, timer), figure in list(point.figures.items()):
            times = [101.0 if name == "rows=1" else 100.0] * len(figure.samples)
            point.figures[name, timer] = type(figure)(point.number, name, timer, times)
    assert not next(tuned(TUNING, [entry(1)], result)).differs


def test_the_table_keeps_what_was_measured_elsewhere():
    result = run()
    elsewhere, other = entry(2, device="Toy 9"), entry(2, N_up_to=4096)
    table = merged(TUNING, [elsewhere, other, entry(1)], list(tuned(TUNING, [], result)), result)
    assert table[:2] == [elsewhere, other]
    assert [(each["N_up_to"], each["shape"]) for each in table[2:]] == [
        (8, {"rows": 4}), (64, {"rows": 4}),
    ]  # fmt: skip


def test_a_table_is_read_as_it_was_written(tmp_path):
    file = tmp_path / "shapes.json"
    assert read_table(file) == []
    for entries in ([], [entry(1), entry(2)]):
        file.write_text(as_table("double", entries))
        assert read_table(file) == entries
        assert json.loads(file.read_text())["operator"] == "double"
    for wrong in ('{"format": 2}', "[]", '{"format": 1, "measured": [3]}'):
        file.write_text(wrong)
        with pytest.raises(ValueError, match="no table of launch shapes"):
            read_table(file)


def test_what_is_printed_says_what_differs():
    result = run(shipped=("rows=1",))
    lines = list(tuned_lines(result, list(tuned(TUNING, [entry(1)], result)), TUNING.table))
    assert lines[1:] == [
        "N=8 float32: rows=4, 100 microseconds; the table has rows=1, 200 microseconds; "
        "2 candidates left out",
        "N=64 float32: rows=4, 100 microseconds; the table has nothing for it; "
        "2 candidates left out",
        "2 of 2 points differ from tests.measuring:launch_shapes.json",
    ]


def test_the_table_lies_beside_its_package():
    assert table_place(TUNING).name == "launch_shapes.json"
    assert table_place(TUNING).parent.name == "measuring"


def test_launch_shapes_are_words():
    assert shape_of_text(shape_text({"rows": 4, "warps": 1})) == {"rows": 4, "warps": 1}


def test_an_operator_without_launch_shapes_says_so():
    request = MeasuringRequest("tests.measuring.toy:OPERATOR", (), "cpu", (), (), 7, tuning=True)
    with pytest.raises(ValueError, match="has no launch shapes to tune"):
        tune.TuningRun(request, lambda told: None, toy.place())
