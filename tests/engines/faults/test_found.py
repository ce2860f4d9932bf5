"""Planted faults are found by the check that asks for them, in small cases that say where it
starts. All of them are measured by ``python -m benchmarks --only generation-faults``."""

import pytest
from conformance_kernels.generation.faults import FAULTS, VARIATIONS
from conformance_kernels.generation.faults.asked import NOTHING, ask

from conformance.policy.profiles import profile

QUICK = [
    "experts-reversed",
    "first-layers-scale",
    "falls-back",
    "reads-beyond",
    "kept-positions",
    "late-rows-swapped",
    "positions-restart",
    "half-hashed",
]
"""What is asked here: a check each, and a few places."""


@pytest.mark.parametrize("name", QUICK)
def test_a_planted_fault_is_found_by_its_check_in_a_small_case_that_says_where(engines, name):
    fault = FAULTS[name]
    own = fault.caught_by[0]
    found = ask(fault, engines, [own])[own]
    assert found.found, found.finished
    assert 0 < found.requests <= fault.requests <= 2
    if fault.starts:
        where = [place.partition("; it starts at ")[2] for place in found.places if place]
        assert where and all(fault.starts in place for place in where), where


def test_what_only_one_check_asks_the_others_do_not_find(engines):
    fault = FAULTS["late-rows-swapped"]
    others = ["tokens", "second_call", "lengths", "kernels_ran", "engine_memory"]
    assert not any(answer.found for answer in ask(fault, engines, others).values())


def test_the_engine_is_right_again_when_nothing_is_planted(engines):
    answers = ask(NOTHING, engines, ["tokens", "kernels_ran", "prefix_cache"])
    assert {name: str(answer.finished.verdict) for name, answer in answers.items()} == {
        "tokens": "PASS",
        "kernels_ran": "PASS",
        "prefix_cache": "PASS",
    }


@pytest.mark.parametrize("name", ["other-blocks", "padded-steps", "slots-turned"])
def test_a_right_variation_is_not_flagged(engines, name):
    checks = ["tokens", "kernels_ran", "engine_memory", "cache_contents"]
    answers = ask(VARIATIONS[name], engines, checks)
    assert [str(answer.finished.verdict) for answer in answers.values()] == ["PASS"] * 4


def test_shrinking_stays_within_the_seconds_of_the_profile(engines):
    fault, effort = FAULTS["experts-reversed"], profile("quick")
    (answer,) = ask(fault, engines, ["tokens"]).values()
    # A case may begin within the time, and is asked once more at the end.
    assert answer.finished.seconds < 2 * effort.shrink_seconds + effort.further_seconds + 10
