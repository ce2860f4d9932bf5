"""Ground is lost where the ratios to peers and floors say so, and where they say nothing, that."""

import json
from dataclasses import replace

import pytest

from conformance.measuring.against import (
    Ground,
    changes,
    check_baseline,
    decided,
    read_baseline,
)
from conformance.measuring.document import as_json
from conformance.measuring.statistics import Interval
from tests.measuring.told import MACHINE, result


@pytest.fixture
def baseline(tmp_path):
    file = tmp_path / "baseline.json"
    file.write_text(as_json([result(seed=5)], samples=False))
    return read_baseline(file)


def grounds(now, baseline, tolerance=0.05):
    return [each.ground for each in changes(now, baseline, tolerance)]


def test_a_subject_that_became_slower_by_a_fifth_lost_ground(baseline):
    found = list(changes(result(seed=6, mine=12.0), baseline, 0.05))
    assert [each.ground for each in found] == [Ground.LOST, Ground.LOST]
    assert all(each.factor.low > 1.15 and each.factor.high < 1.25 for each in found)
    assert found[0].references == ("eager", "launch", "bandwidth")


def test_the_same_subject_again_held_it(baseline):
    for seed in range(20):
        assert set(grounds(result(seed=seed), baseline)) == {Ground.HELD}, f"seed {seed}"


def test_a_card_that_is_twice_as_fast_in_everything_changes_nothing(baseline):
    faster = {"mine": 5.0, "eager": 20.0, "launch": 0.5, "bandwidth": 2.5}
    assert set(grounds(result(seed=6, **faster), baseline)) == {Ground.HELD}


def test_a_single_peer_that_became_faster_decides_nothing(baseline):
    assert set(grounds(result(seed=6, eager=20.0), baseline)) == {Ground.HELD}


def test_a_faster_subject_gained_ground(baseline):
    assert set(grounds(result(seed=6, mine=8.0), baseline)) == {Ground.GAINED}


def test_a_machine_that_is_too_noisy_decides_nothing(baseline):
    assert set(grounds(result(seed=6, noise=0.3, rounds=12), baseline)) == {Ground.INCONCLUSIVE}


def test_a_baseline_that_is_noisy_itself_is_told_from_a_noisy_machine(tmp_path):
    file = tmp_path / "baseline.json"
    file.write_text(as_json([result(seed=5, noise=0.3, rounds=12)], samples=False))
    (first, _) = changes(result(seed=6), read_baseline(file), 0.05)
    assert first.ground is Ground.INCONCLUSIVE and first.noisy_baseline
    file.write_text(as_json([result(seed=5)], samples=False))
    (first, _) = changes(result(seed=6, noise=0.3, rounds=12), read_baseline(file), 0.05)
    assert first.ground is Ground.INCONCLUSIVE and not first.noisy_baseline


def test_a_difference_beyond_all_noise_is_found_even_so(baseline):
    assert set(grounds(result(seed=6, noise=0.1, mine=30.0), baseline)) == {Ground.LOST}


@pytest.mark.parametrize(
    ("interval", "ground"),
    [
        (Interval(1.06, 1.051, 1.07), Ground.LOST),
        (Interval(1.05, 1.04, 1.06), Ground.HELD),
        (Interval(1.0, 0.98, 1.04), Ground.HELD),
        (Interval(1.0, 0.9, 1.1), Ground.INCONCLUSIVE),
        (Interval(0.9, 0.89, 0.91), Ground.GAINED),
        (Interval(0.5, 0.3, 1.0), Ground.HELD),
        (Interval(1.0, 0.0, float("inf")), Ground.INCONCLUSIVE),
    ],
)
def test_the_whole_interval_decides(interval, ground):
    assert decided(interval, 0.05) is ground


def test_an_emulated_time_is_compared_with_nothing(baseline):
    now = result(seed=6, mine=12.0)
    for point in now.points:
        key = ("mine", "wall")
        point.figures[key] = replace(point.figures[key], emulated=True)
    assert grounds(now, baseline) == []


def test_another_card_is_told_and_another_architecture_is_refused(baseline):
    assert check_baseline(baseline, result()) == ""
    other = result(machine=replace(MACHINE, name="Toy 2"))
    assert (
        check_baseline(baseline, other) == "the baseline was measured on Toy 1, and this is Toy 2"
    )
    with pytest.raises(ValueError, match="was measured on toy, and this is sm_90"):
        check_baseline(baseline, result(machine=replace(MACHINE, architecture="sm_90")))


def test_what_is_no_baseline_is_told(tmp_path):
    good = json.loads(as_json([result()]))
    wrong = json.loads(json.dumps(good))
    wrong["runs"][0]["points"][0]["figures"][0]["ratios"]["eager"]["low"] = "NaN"
    for text, told in (
        ("{", "is no baseline"),
        ("[]", "is no baseline"),
        (json.dumps(good | {"format": 9}), "its format is 9, not 1"),
        (json.dumps({"format": 1}), "it has no runs"),
        (json.dumps(wrong), "is no interval"),
    ):
        file = tmp_path / "baseline.json"
        file.write_text(text)
        with pytest.raises(ValueError, match=told):
            read_baseline(file)
