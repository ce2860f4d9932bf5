"""Each check that concerns state finds its planted fault, and no other check finds that."""

import pytest
from conformance_kernels.rbln_attention.contract import OPERATORS
from conformance_kernels.rbln_attention.faults import FAULTS, right

import conformance
from conformance.checks import CHECKS
from conformance.events.request import Profile

SMALL = Profile("test", "", examples=12, largest=60_000, shrink_seconds=1.0)
ASKED = [check.id for check in CHECKS if check.id != "arguments"]
"""What is planted is no validation: the definition takes arguments to be right."""


@pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: fault.id)
def test_exactly_one_check_finds_a_fault(fault):
    report = conformance.check(
        OPERATORS[fault.operator], fault.make(), profile=SMALL, seed=1, checks=ASKED
    )
    failed = {event.check for event in report.checks if event.verdict == "FAIL"}
    assert failed == {fault.caught_by, *fault.also}
    assert {str(event.verdict) for event in report.checks} <= {"PASS", "FAIL", "UNSUPPORTED"}


def test_what_is_not_wrong_is_not_flagged():
    for name in {fault.operator for fault in FAULTS.values()}:
        report = conformance.check(
            OPERATORS[name], right(name), profile=SMALL, seed=2, checks=ASKED
        )
        assert report.conformant, name


def test_every_check_of_state_has_a_fault():
    caught = {fault.caught_by for fault in FAULTS.values() if not fault.also}
    assert caught == {"state", "positions", "variants", "undefined", "sequence"}
