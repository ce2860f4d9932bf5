"""Planted faults are found by the check that asks for them, in small cases that say where it
starts. All of them are measured by ``python -m benchmarks --only generation-faults``."""

from dataclasses import replace

import pytest
from conformance_kernels.generation.faults import FAULTS, VARIATIONS
from conformance_kernels.generation.faults.asked import NOTHING, ask

from conformance.policy.profiles import profile

QUICK = [
    "experts-reversed",
    "first-layers-scale",
    "falls-back",
    "reads-beyond",
    "late-rows-swapped",
    "positions-restart",
    "half-hashed",
]
"""What is asked here, each by its own check."""
EFFORT = replace(profile("quick"), further_seconds=0.0, shrink_seconds=8.0)


@pytest.mark.parametrize("name", QUICK)
def test_a_planted_fault_is_found_by_its_check_in_a_small_case_that_says_where(engines, name):
    fault = FAULTS[name]
    own = fault.caught_by[0]
    found = ask(fault, engines, [own], EFFORT)[own]
    assert found.found, found.finished
    assert 0 < found.requests <= fault.requests <= 2
    if fault.starts:
        where = [place.partition("; it starts at ")[2] for place in found.places if place]
        assert where and all(fault.starts in place for place in where), where


def test_what_only_one_check_asks_the_others_do_not_find(engines):
    fault = FAULTS["late-rows-swapped"]
    others = ["tokens", "second_call", "prompts"]
    assert not any(answer.found for answer in ask(fault, engines, others).values())


def test_the_engine_is_right_again_when_nothing_is_planted(engines):
    answers = ask(NOTHING, engines, ["tokens", "kernels_ran", "prefix_cache"])
    assert [str(answer.finished.verdict) for answer in answers.values()] == ["PASS"] * 3


@pytest.mark.parametrize("name", ["other-blocks", "padded-steps"])
def test_a_right_variation_is_not_flagged(engines, name):
    answers = ask(VARIATIONS[name], engines, ["tokens", "kernels_ran", "engine_memory"])
    assert [str(answer.finished.verdict) for answer in answers.values()] == ["PASS"] * 3
