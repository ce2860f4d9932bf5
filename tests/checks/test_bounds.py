"""Memory that nobody wrote may be read, as long as nothing depends on what lies there."""

import pytest

from conformance.asking.explore import explore
from conformance.checks import find_check
from conformance.events.finding import Kind
from conformance.memory.violation import UNINITIALISED_READ

from . import scratch
from .asked import PROFILE
from .lanes import bench


def failures(mode):
    of = bench(scratch.summing(mode), scratch.CONTRACT)
    return explore(find_check("bounds"), of, PROFILE, seed=1).failures


@pytest.mark.parametrize("mode", scratch.RIGHT)
def test_unwritten_values_that_are_thrown_away_are_no_fault(mode):
    assert not failures(mode)


@pytest.mark.parametrize("mode", scratch.WRONG)
def test_unwritten_values_that_reach_a_result_are_found(mode):
    found = [finding for failure in failures(mode) for finding in failure.findings]
    messages = {each.message for each in found if each.kind is Kind.BOUNDS}
    assert "uninitialised read, and its value reaches y" in messages


@pytest.mark.parametrize("mode", scratch.ALONE)
def test_what_unwritten_values_reach_is_named(mode):
    found = [finding for failure in failures(mode) for finding in failure.findings]
    messages = {each.message for each in found if each.cause == UNINITIALISED_READ}
    assert messages == {f"uninitialised read, and its value reaches {scratch.ALONE[mode]}"}
