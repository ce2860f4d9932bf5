"""Every planted fault fails the one check that it is meant for, and no other."""

import pytest
from conformance_kernels.gemma4_routing.contract import OPERATOR
from conformance_kernels.gemma4_routing.faults import FAULTS

import conformance
from conformance.checks import CHECKS
from conformance.events.request import Profile
from conformance.events.verdict import Verdict

SMALL = Profile(
    "test",
    "",
    examples=20,
    largest=300_000,
    shrink_seconds=2.0,
    binaries="none",
    targets=("sm_90",),
)


ASKED = {check.id for check in CHECKS if check.lacks(OPERATOR.contract) is None}


def test_every_check_has_a_fault_to_find():
    assert {fault.caught_by for fault in FAULTS.values()} == ASKED


@pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: fault.id)
def test_only_its_check_finds_a_fault(fault):
    report = conformance.check(OPERATOR, fault.make(), profile=SMALL, seed=1)
    failed = {event.check for event in report.checks if event.verdict is Verdict.FAIL}
    assert failed == {fault.caught_by}
    for event in report.checks:
        if event.check in ASKED - {fault.caught_by}:
            no_kernel = event.reason == "it launches no Triton kernel"
            assert event.verdict is (Verdict.UNSUPPORTED if no_kernel else Verdict.PASS)
