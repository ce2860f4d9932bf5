"""Which lanes of a program race with each other, and which do not."""

from __future__ import annotations

import pytest
import torch
import triton
import triton.language as tl

from conformance.lockstep import lockstep
from conformance.lockstep.launch import session as sessions
from conformance.memory.violation import LANE_RACE

BLOCK = 8


@pytest.fixture(params=[(1, None), (3, None), (3, 1), (3, 2)], ids=str)
def races(request):
    """Run a kernel as if for the first time, each program in a row of its own.

    Returns (offset in the row, elements of a program) of each race, in the order of the report.
    """
    programs, chunk = request.param

    def run(kernel, **constants):
        x = torch.arange(1.0, programs * 2 * BLOCK + 1)
        sessions._histories.clear()
        with lockstep(chunk=chunk) as session:
            kernel[(programs,)](x, BLOCK=BLOCK, **constants)
        for each in session.violations:
            assert (each.kind, each.argument, each.program) == (LANE_RACE, "x_ptr", (0, 0, 0))
            assert each.other_program is None and each.count % programs == 0
        return [(each.offset, each.count // programs) for each in session.violations]

    return run


@triton.jit
def accesses(x_ptr, BLOCK: tl.constexpr, STEPS: tl.constexpr):
    """Steps: ``|`` is a barrier, ``+`` an exchange of values; else a letter and an order of lanes.

    ``r`` reads, ``s`` stores a value of its own, ``e`` stores 3. ``f`` is forwards, ``b``
    backwards, ``0`` all lanes at the first element, ``p`` one lane of a block at the first
    element, ``1`` a scalar at the first element, ``h`` a block of half the length.
    """
    row = x_ptr + tl.program_id(0) * 2 * BLOCK
    lanes = tl.arange(0, BLOCK)
    for index in tl.static_range(len(STEPS)):
        if STEPS[index] == "|":
            tl.debug_barrier()
        elif STEPS[index] == "+":
            tl.sum(lanes)
        else:
            if STEPS[index][1] == "f":
                place = lanes
            elif STEPS[index][1] == "b":
                place = BLOCK - 1 - lanes
            elif STEPS[index][1] == "h":
                place = tl.arange(0, BLOCK // 2)
            elif STEPS[index][1] == "1":
                place = 0
            else:
                place = lanes * 0
            mask = (lanes == 2) if STEPS[index][1] == "p" else True
            if STEPS[index][0] == "r":
                tl.load(row + place, mask=mask)
            elif STEPS[index][0] == "s":
                tl.store(row + place, place * 10.0 + index + 50, mask=mask)
            else:
                tl.store(row + place, 3.0, mask=mask)


ALL, FIRST, HALF = (0, BLOCK), (0, 1), (0, BLOCK // 2)
#: The first lane of a block that goes backwards touches the last element.
BACKWARDS = (4 * (BLOCK - 1), BLOCK)


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        (("rf", "sf"), []),
        (("rb", "sf"), [ALL]),
        (("rf", "rb", "sf"), [ALL]),
        (("rf", "rb", "sb"), [BACKWARDS]),
        (("rb", "rf", "sf"), [ALL]),
        (("rf", "rf", "sf"), []),
        (("rb", "rb", "sb"), []),
        (("rb", "|", "rf", "sf"), []),
        (("rb", "+", "rf", "sf"), []),
        (("rf", "|", "rb", "sf"), [ALL]),
        (("rf", "rb", "|", "sf"), []),
        (("rf", "rb", "+", "sf"), []),
        (("rh", "sf"), [HALF]),
        (("rf", "sh"), [HALF]),
        (("rh", "sh"), []),
        (("r0", "sp"), [FIRST]),
        (("r0", "s1"), [FIRST]),
        (("rp", "sp"), []),
        (("r1", "s1"), []),
        (("r1", "sp"), [FIRST]),
        (("r0", "|", "sp"), []),
        (("r0", "+", "sp"), []),
        (("r0", "|", "rp", "sp"), []),
    ],
    ids=str,
)
def test_an_element_may_be_overwritten_by_the_only_lane_that_read_it(races, steps, wanted):
    assert races(accesses, STEPS=steps) == wanted


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        (("sf", "rf"), []),
        (("sf", "rb"), [BACKWARDS]),
        (("sf", "+", "rb"), [BACKWARDS]),
        (("sf", "|", "rb"), []),
        (("sf", "rh"), [HALF]),
        (("e0", "r0"), []),
        (("e0", "rp"), []),
        (("e0", "r1"), [FIRST]),
        (("e0", "rh"), [FIRST]),
        (("e0", "|", "r1"), []),
        (("sp", "rp"), []),
        (("sp", "r1"), [FIRST]),
        (("sp", "r0"), [(0, BLOCK - 1)]),
        (("s1", "r1"), []),
        (("s1", "rf"), [FIRST]),
    ],
    ids=str,
)
def test_an_element_may_be_read_by_the_lanes_that_stored_it(races, steps, wanted):
    assert races(accesses, STEPS=steps) == wanted


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        (("sf", "sf"), []),
        (("sf", "sb"), [BACKWARDS]),
        (("sb", "sf"), [ALL]),
        (("sf", "|", "sb"), []),
        (("sf", "+", "sb"), [BACKWARDS]),
        (("sf", "sh"), [HALF]),
        (("sf", "|", "sb", "sb"), []),
        (("sf", "|", "sb", "sf"), [ALL]),
        (("e0", "sp"), []),
        (("e0", "s1"), [FIRST]),
        (("ef", "eb"), []),
        (("s1", "s1"), []),
        (("s1", "sp"), [FIRST]),
        (("s1", "|", "sp"), []),
    ],
    ids=str,
)
def test_an_element_may_be_stored_again_by_the_lane_that_stored_it(races, steps, wanted):
    assert races(accesses, STEPS=steps) == wanted


@triton.jit
def three_parts(x_ptr, BLOCK: tl.constexpr, PARTS: tl.constexpr, AGAIN: tl.constexpr):
    row = x_ptr + tl.program_id(0) * 2 * BLOCK
    for index in tl.static_range(len(PARTS)):
        tl.store(row + PARTS[index] * 4 + tl.arange(0, 4), 100.0)
    if AGAIN >= 0:
        tl.store(row + AGAIN, 200.0)


PARTS = pytest.mark.parametrize("parts", [(0,), (3,), (0, 1), (1, 0), (0, 3), (3, 0), (2, 0, 1)])


@PARTS
def test_a_second_store_is_noticed_wherever_it_is(races, parts):
    for place in range(2 * BLOCK):
        twice = place // 4 in parts
        wanted = [(4 * place, 1)] if twice else []
        assert races(three_parts, PARTS=parts, AGAIN=place) == wanted


@PARTS
def test_stores_side_by_side_do_not_race(races, parts):
    assert races(three_parts, PARTS=parts, AGAIN=-1) == []
