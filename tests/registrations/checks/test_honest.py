"""No check flags a right operator, whatever its form."""

import pytest
from conformance_kernels.dishonest import HONEST

from .asked import answers


@pytest.mark.parametrize("name", HONEST)
def test_a_right_operator_is_flagged_by_no_check(name):
    found = {check: answer.findings for check, answer in answers(name).items() if answer.findings}
    assert found == {}


@pytest.mark.parametrize("name", HONEST)
def test_most_checks_can_be_asked_of_a_right_operator(name):
    """Else they would flag nothing because they ask nothing."""
    asked = {check for check, answer in answers(name).items() if answer.decided}
    assert {"registered", "imports", "dispatch", "signature", "eager", "writes"} <= asked
    assert {"aliases", "fake", "compiled", "exported"} <= asked or name == "implicit"


@pytest.mark.parametrize("name", ["batches", "gradient", "refuses-gradients"])
def test_rules_for_batches_and_gradients_are_asked(name):
    asked = {check for check, answer in answers(name).items() if answer.decided}
    assert {"vmap", "autograd"} <= asked
