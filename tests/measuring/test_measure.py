"""One run: everybody is measured beside everybody, and whose answers are wrong is marked."""

import pytest
import torch

from conformance.measuring.request import WALL, MeasuringRequest
from conformance.measuring.result import Result
from conformance.measuring.told import PointSet
from conformance.measuring.worker import measure
from conformance.measuring.worker.gone import DeviceGone
from tests.measuring import toy

NAME = "tests.measuring.toy:OPERATOR"


@pytest.fixture
def run():
    def measured(*subjects, place=None, **changes):
        points = toy.OPERATOR.measured.points
        request = MeasuringRequest(
            NAME, subjects, "cpu", points, tuple(range(len(points))), 7, **changes
        )
        result = Result.of(NAME, 7, points)
        measure.Measuring(request, result.hear, place or toy.place()).run()
        return result

    return measured


def test_times_ratios_and_floors_of_one_run(run):
    result = run("fast")
    assert result.complete and result.timers == [WALL]
    assert result.names("subject", "peer", "floor") == [
        "fast", "eager", "ready", "far", "launch", "bandwidth", "copy",
    ]  # fmt: skip
    for point in result.points:
        assert point.summary("fast", WALL).median == pytest.approx(100)
        assert point.ratio("eager", "fast", WALL).value == pytest.approx(2)
        assert point.setting.read == point.setting.written == 2 * point.point["N"] * 4
        assert point.setting.along == 2 * point.point["N"]


def test_of_several_ways_the_fastest_counts(run):
    figure = run("fast").points[0].figures["ready", WALL]
    assert figure.way == "second"
    assert figure.samples[0] == pytest.approx(150)


def test_a_peer_that_is_not_here_says_why(run):
    result = run("fast")
    assert result.contestants["far"].absent == toy.lacks()
    assert result.points[0].summary("far", WALL) is None


def test_a_wrong_answer_marks_its_figure(run):
    result = run("wrong", "fast")
    assert result.mark("wrong").conformant is False
    assert "y: off by" in result.mark("wrong").text
    assert result.points[0].summary("wrong", WALL).median == pytest.approx(100), "it is told"
    assert result.mark("fast").conformant is True
    assert result.mark("fast").text == "answers right at 2 of 2 points, and special values"


def test_what_nobody_looked_at_is_no_right_answer(run):
    assert run("wrong", judged=False).mark("wrong").conformant is None


def test_a_subject_that_raises_has_no_figure_and_stops_nobody(run):
    result = run("tests.measuring.toy:crashing", "fast")
    assert result.points[0].summary("tests.measuring.toy:crashing", WALL) is None
    assert "out of shared memory" in result.mark("tests.measuring.toy:crashing").text
    assert result.points[0].summary("fast", WALL).median == pytest.approx(100)


def test_a_subject_that_is_slower_by_a_fifth_is_measured_so_while_the_clock_drifts(
    run, monkeypatch
):
    monkeypatch.setattr(toy, "CLOCK", toy.Clock(drift=0.5))
    result = run("slow", "fast", place=toy.place(timers=(measure_timer(),)))
    point = result.points[0]
    assert point.summary("fast", WALL).spread > 1, "the clock drifts"
    assert point.ratio("slow", "fast", WALL).value == pytest.approx(1.2, rel=0.02)


def test_a_way_to_measure_that_the_device_does_not_know_is_told(run):
    with pytest.raises(ValueError, match="cpu cannot be measured by graph, but by wall"):
        run("fast", timers=("graph",))


def measure_timer():
    from conformance.measuring.worker.timers import WallTimer

    return WallTimer(clock=toy.CLOCK)


def test_arguments_rotate_until_no_cache_holds_them(run):
    small = run("fast", place=toy.place(cache_bytes=1000))
    assert [point.setting.sets for point in small.points] == [32, 4]
    assert all(point.setting.beyond_cache for point in small.points)
    huge = run("fast", place=toy.place(cache_bytes=1 << 30))
    assert {point.setting.sets for point in huge.points} == {64}
    assert not any(point.setting.beyond_cache for point in huge.points)


def test_a_device_that_is_gone_ends_the_process_and_names_who_did_it(run):
    lost = []

    def settle():
        if lost:
            raise RuntimeError("CUDA error: an illegal memory access was encountered")

    def break_it(x):
        lost.append(x)
        return x * 2

    toy.break_it = break_it
    with pytest.raises(DeviceGone, match="illegal memory access") as caught:
        run("fast", "tests.measuring.toy:break_it", place=toy.place(settle=settle))
    assert caught.value.name == "tests.measuring.toy:break_it"


def test_where_arguments_do_not_fit_everybody_says_so(run, monkeypatch):
    def full(*arguments):
        raise torch.OutOfMemoryError("no room")

    monkeypatch.setattr(measure, "argument_sets", full)
    result = run("fast")
    assert result.points[0].problems["fast", ""] == "no memory for the arguments"
    assert not any(isinstance(point.setting, PointSet) for point in result.points)
