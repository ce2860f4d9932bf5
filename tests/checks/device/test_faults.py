"""Every fault of a device is found by the one check that it is meant for, and by no other."""

import pytest
from conformance_kernels.gemma4_routing.contract import OPERATOR
from conformance_kernels.gemma4_routing.device_faults import DEVICE_FAULTS
from conformance_kernels.gemma4_routing.torch_route import route_torch
from conformance_kernels.gemma4_routing.triton_route import route_triton

from conformance.checks import DEVICE_CHECKS, SLOW_DEVICE_CHECKS
from conformance.events.verdict import Verdict

from .asked import asked

USUAL = ("values", "reuse", "repetition", "purity")
"""Checks that call the subject plainly, and find none of these faults."""
CHECKS = (*(check.id for check in DEVICE_CHECKS), *USUAL)


def test_every_check_of_a_device_has_a_fault_to_find():
    asked = {check.id for check in (*DEVICE_CHECKS, *SLOW_DEVICE_CHECKS)}
    assert {fault.caught_by for fault in DEVICE_FAULTS.values()} == asked


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("fault", DEVICE_FAULTS.values(), ids=lambda fault: fault.id)
def test_only_its_check_finds_a_fault(device, fault, check):
    found = asked(check, OPERATOR.contract, fault.make(), device)
    if check == fault.caught_by:
        assert found.verdict is Verdict.FAIL
    elif check == "emulation" and fault.caught_by != "sanitizer":
        assert (found.verdict, found.reason[:31]) == (
            Verdict.UNSUPPORTED, "it launches no Triton kernel in"
        )  # fmt: skip
    else:
        assert (found.verdict, found.failures) == (Verdict.PASS, ())


@pytest.mark.parametrize("check", [check for check in CHECKS if check != "emulation"])
def test_the_route_in_torch_has_none(device, check):
    assert asked(check, OPERATOR.contract, route_torch, device).verdict is Verdict.PASS


@pytest.mark.parametrize("check", ["replays", "streams", "emulation"])
def test_the_route_in_triton_has_none(device, check):
    assert asked(check, OPERATOR.contract, route_triton, device).verdict is Verdict.PASS
