"""Each planted fault of an engine is found by one check, and each check finds one alone."""

import pytest

from conformance.checks import checks_of
from tests.generation.mini.faults import FAULTS
from tests.generation.mini.operator import CONTRACT

from .asked import answers

CHECKS = [check.id for check in checks_of(CONTRACT)]


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_by_its_check_and_by_no_other(name):
    found = {check: each.findings for check, each in answers(name).items() if each.findings}
    assert set(found) == {FAULTS[name].check}, found


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_has_a_fault(check):
    assert check in {fault.check for fault in FAULTS.values()}


@pytest.mark.parametrize("check", CHECKS)
def test_a_right_engine_passes_and_is_asked(check):
    answer = answers("")[check]
    assert answer.findings == ()
    assert answer.decided and not answer.why, answer
