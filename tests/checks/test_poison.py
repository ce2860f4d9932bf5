"""A result that depends on lanes which no mask admits is found, whatever hides the value."""

import pytest

from conformance.asking.explore import explore
from conformance.checks import find_check
from conformance.events.finding import Kind
from conformance.memory.violation import OUT_OF_BOUNDS_READ

from . import lanes
from .asked import PROFILE


def failing(function, contract):
    return explore(find_check("poison"), lanes.bench(function, contract), PROFILE, seed=1).failures


@pytest.mark.parametrize("dtype", lanes.DTYPES)
@pytest.mark.parametrize("mode", lanes.MODES)
def test_undefined_lanes_that_are_reduced_are_found(mode, dtype):
    contract = lanes.contract(mode, dtype)
    if mode == "product" and dtype.startswith("int"):
        assert not failing(lanes.reducing(mode), contract)  # any integer times zero is zero
    else:
        assert failing(lanes.reducing(mode), contract)


@pytest.mark.parametrize("dtype", lanes.DTYPES)
@pytest.mark.parametrize("mode", lanes.MODES)
def test_lanes_that_are_given_a_neutral_value_are_right(mode, dtype):
    assert not failing(lanes.reducing(mode, fix=True), lanes.contract(mode, dtype))


def test_no_axis_keeps_to_sizes_that_fill_blocks():
    cases = list(find_check("poison").fixed(lanes.contract("sum", "float32")))
    assert {case.axes["N"] for case in cases} == {16, 15, 1}


def test_following_undefined_ids_is_found_although_the_result_is_right():
    (failure, *_) = failing(lanes.taking(fix=False), lanes.TAKE)
    finding = failure.findings[0]
    assert (finding.about, finding.kind) == ("x_ptr", Kind.BOUNDS)
    assert finding.message == "out-of-bounds read that depends on undefined values"
    assert finding.cause == OUT_OF_BOUNDS_READ
    place, _, line = finding.where.rpartition(":")
    assert finding.line == finding.where and int(line) > 0 and place.endswith("lanes.py")
    assert not failing(lanes.taking(fix=True), lanes.TAKE)
