"""Faults in keys, sorting, taking and padding are found, and without one nothing is."""

import pytest
from conformance_kernels.gemma4_routing.contract import OPERATOR
from conformance_kernels.gemma4_routing.faulty_rounds import ROUND_FAULTS, rounds_with

import conformance
from conformance.events.request import Profile
from conformance.events.verdict import Verdict

SMALL = Profile("test", "", examples=16, largest=20_000, shrink_seconds=2.0, binaries="none")
CHECKS = sorted({fault.caught_by for fault in ROUND_FAULTS.values()})


@pytest.mark.parametrize("fault", ROUND_FAULTS.values(), ids=list(ROUND_FAULTS))
def test_its_check_finds_a_fault(fault):
    report = conformance.check(
        OPERATOR, fault.make(), checks=[fault.caught_by], profile=SMALL, seed=1
    )
    asked = {event.check: event.verdict for event in report.checks}
    assert asked[fault.caught_by] is Verdict.FAIL


def test_without_a_fault_they_find_nothing():
    report = conformance.check(OPERATOR, rounds_with(0), checks=CHECKS, profile=SMALL, seed=1)
    assert {event.check: event.failures for event in report.checks if event.failures} == {}
