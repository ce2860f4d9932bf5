"""The whole way of a gate on a clock of its own: measured, saved, changed, measured, compared."""

import pytest

from conformance.measuring.against import Ground, changes, read_baseline
from conformance.measuring.document import as_json
from conformance.measuring.request import MeasuringRequest
from conformance.measuring.result import Result
from conformance.measuring.worker.measure import Measuring
from conformance.measuring.worker.timers import WallTimer
from tests.measuring import toy

NAME = "tests.measuring.toy:OPERATOR"


@pytest.fixture
def gate(tmp_path, monkeypatch):
    def run(seconds, **clock):
        monkeypatch.setattr(toy, "CLOCK", toy.Clock(**clock))
        monkeypatch.setattr(toy, "fast", toy.subject(seconds))
        points = toy.OPERATOR.measured.points
        request = MeasuringRequest(
            NAME, ("fast",), "cpu", points, (0, 1), 7, judged=False, precision=0.0125
        )
        result = Result.of(NAME, 7, points)
        place = toy.place(timers=(WallTimer(clock=toy.CLOCK),))
        Measuring(request, result.hear, place).run()
        # The floors of this machine take no time on that clock.
        for name in ("launch", "bandwidth", "copy"):
            del result.contestants[name]
        return result

    def grounds(before, after):
        file = tmp_path / "baseline.json"
        file.write_text(as_json([run(*before[:1], **before[1])], samples=False))
        now = run(*after[:1], **after[1])
        return {each.ground for each in changes(now, read_baseline(file), 0.05)}

    return grounds


QUIET = {"noise": 0.02}


def test_a_subject_that_was_slowed_by_a_fifth_is_found(gate):
    assert gate((1e-4, QUIET), (1.2e-4, QUIET)) == {Ground.LOST}


def test_the_same_subject_again_is_not(gate):
    assert gate((1e-4, QUIET), (1e-4, QUIET)) == {Ground.HELD}


def test_a_machine_that_gets_slower_and_slower_changes_nothing(gate):
    assert gate((1e-4, QUIET), (1e-4, {"noise": 0.02, "drift": 0.2})) == {Ground.HELD}


def test_a_noisy_clock_lets_nobody_tell(gate):
    assert gate((1e-4, QUIET), (1e-4, {"noise": 200.0})) == {Ground.INCONCLUSIVE}
