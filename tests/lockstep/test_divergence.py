"""Programs that disagree give the bits and the findings that they give one after the other."""

import pytest

from conformance.lockstep import lockstep
from conformance.lockstep.launch import session as sessions

from . import drawn_kernels
from .conftest import assert_same_bits
from .subjects import diverging

MEET = [
    "descriptor_of_all",
    "early_returns",
    "pointers_in_memory",
    "reads_outside",
    "ternary_of_numbers",
]
APART = [
    "add_in_turn",
    "bound_on_one_side",
    "other_layout",
    "other_pointer",
    "wait_for_first",
    "with_break",
]


def found(session):
    """All that was found, in an order that does not depend on when it was."""
    return sorted(map(str, session.violations))


@pytest.mark.parametrize("name", [*MEET, *APART])
def test_same_bits_as_one_program_after_the_other(name):
    with lockstep(chunk=1) as alone:
        wanted = diverging.run(name)
    for chunk in (None, 2, 4):
        with lockstep(chunk=chunk) as together:
            assert_same_bits(diverging.run(name), wanted)
        if name != "wait_for_first":  # a race, and who loses it depends on who comes first
            assert found(together) == found(alone)


@pytest.mark.parametrize("name", MEET)
def test_programs_that_part_meet_again(name):
    with lockstep() as session:
        diverging.run(name)
    assert (session.launches[0].chunks, session.launches[0].splits) == (1, 1)


@pytest.mark.parametrize("name", APART)
def test_programs_that_cannot_meet_are_split(name):
    with lockstep() as session:
        diverging.run(name)
    assert session.launches[0].chunks > 1


def test_a_finding_of_one_side_is_told_of_the_programs_that_take_it():
    with lockstep() as session:
        diverging.run("reads_outside")
    (violation,) = session.violations
    assert (violation.kind, violation.program) == ("out-of-bounds read", (0, 0, 0))
    # i from max(3, pid) to 7 - pid, of which 3 lies before the argument: programs 0 to 3.
    assert (violation.offset, violation.count) == (-4, 4)


@pytest.mark.parametrize("first", range(0, 32, 8))
def test_drawn_kernels(first, tmp_path):
    for seed in range(first, first + 8):
        kernel = drawn_kernels.load(seed, tmp_path)
        with lockstep(chunk=1) as alone:
            wanted = drawn_kernels.run(kernel, seed)
        for chunk in (None, 4):
            with lockstep(chunk=chunk) as together:
                assert_same_bits(drawn_kernels.run(kernel, seed), wanted)
            assert found(together) == found(alone), drawn_kernels.source(seed)


def test_most_drawn_kernels_meet_again(tmp_path):
    parted = met = 0
    for seed in range(24):
        kernel = drawn_kernels.load(seed, tmp_path)
        with lockstep() as session:
            drawn_kernels.run(kernel, seed)
        parted += session.launches[0].splits > 0
        met += not sessions._histories[id(kernel)][1].apart
    assert parted >= 20 and met >= 15
