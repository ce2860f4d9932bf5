"""What each check is there to find in an operator with state, and what it leaves to others."""

import pytest

from conformance.checks import CHECKS
from conformance.events.verdict import Verdict

from ..stateful import wrong
from ..stateful.toy import CONTRACT
from .asked import asked

ASKED = [check.id for check in CHECKS if check.lacks(CONTRACT) is None and check.id != "builds"]
"""The operator is made of torch: there is nothing to build."""

FAULTS = {
    "values": (wrong.doubled, ["state"]),
    "state": (wrong.truncating, ["values", "positions", "sequence", "undefined"]),
    "positions": (wrong.starting_late, ["state"]),
    "variants": (wrong.without_padding, ["values", "state", "undefined"]),
    "undefined": (wrong.weighing, ["values", "state", "positions", "sequence"]),
    "sequence": (wrong.Counting(), ["values", "state", "positions", "purity"]),
    "layout": (wrong.ignoring_strides, ["values", "state", "positions"]),
    "arguments": (wrong.unchecked, ["values", "state", "layout"]),
    "purity": (wrong.scaling_in_place, ["values", "state", "undefined", "arguments"]),
    "reuse": (wrong.Memory(), ["arguments"]),
}


@pytest.mark.parametrize("check", ASKED)
def test_the_operator_as_it_should_be_passes(check):
    found = asked(check)
    assert (found.verdict, found.reason, found.failures) == (Verdict.PASS, "", ())
    assert found.cases > 0


@pytest.mark.parametrize("check", FAULTS)
def test_a_check_finds_its_fault(check):
    function, _ = FAULTS[check]
    assert asked(check, function).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("check", "other"), [(check, other) for check in FAULTS for other in FAULTS[check][1]]
)
def test_a_check_leaves_other_checks_their_faults(check, other):
    function, _ = FAULTS[check]
    assert asked(other, function).verdict is Verdict.PASS


@pytest.mark.parametrize("function", [wrong.overrunning, wrong.forgetful, wrong.truncating])
def test_values_are_judged_by_the_outputs_alone(function):
    assert asked("values", function).verdict is Verdict.PASS
    assert asked("state", function).verdict is Verdict.FAIL
