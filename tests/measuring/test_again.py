"""Points that noise leaves open are measured again, longer, before the run gives up."""

from random import Random

import pytest
from rich.console import Console

from conformance.cli import measured
from conformance.measuring.against import Ground, read_baseline
from conformance.measuring.document import as_json
from conformance.measuring.request import MeasuringRequest
from tests.measuring.told import POINTS, measure_again, result


@pytest.fixture
def compared(tmp_path, monkeypatch):
    def compare(noise, calm_after, **times):
        """What comes of it if the machine is as noisy as said until it was asked so often."""
        file = tmp_path / "baseline.json"
        file.write_text(as_json([result(seed=5)], samples=False))
        asked = []

        def fill(request, found, shared=False):
            asked.append(request)
            noisy = noise if len(asked) < calm_after else 0.01
            measure_again(found, request.only, noisy, request.rounds, Random(len(asked)), **times)

        monkeypatch.setattr(measured, "fill", fill)
        request = MeasuringRequest("toy", ("mine",), "cpu", POINTS, (0, 1), 7)
        now = result(seed=6, noise=noise, rounds=12, **times)
        console = Console(quiet=True)
        return measured.compare(console, request, now, read_baseline(file), 5.0), asked

    return compare


def test_a_noisy_neighbour_that_goes_away_decides_nothing(compared):
    found, asked = compared(0.5, calm_after=1)
    assert {each.ground for each in found} == {Ground.HELD}
    assert len(asked) == 1 and asked[0].only == (0, 1) and not asked[0].judged


def test_a_loss_behind_noise_is_found_by_more_rounds(compared):
    found, asked = compared(0.5, calm_after=2, mine=12.0)
    assert {each.ground for each in found} == {Ground.LOST}
    assert [request.rounds for request in asked] == [60, 150]


def test_a_machine_that_stays_noisy_is_told_as_such(compared):
    found, asked = compared(2.0, calm_after=9)
    assert {each.ground for each in found} == {Ground.INCONCLUSIVE}
    assert len(asked) == 2, "it gives up"
