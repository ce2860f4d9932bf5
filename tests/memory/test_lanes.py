"""The elements that an instruction touches, by program and by place in the block."""

import numpy as np
import pytest

from conformance.lockstep.machine import MACHINE
from conformance.lockstep.memory.lanes import Lanes, chosen, lanes_of


@pytest.fixture(autouse=True)
def programs(monkeypatch):
    """Programs 3 and 7 run together."""
    monkeypatch.setattr(MACHINE, "programs", np.array([3, 7]))


def listed(lanes: Lanes) -> list[tuple[int, int]]:
    """Program and offset of each lane."""
    return list(zip(lanes.programs.tolist(), lanes.offset.tolist(), strict=True))


def test_programs_come_one_after_the_other():
    lanes = lanes_of(np.array([[0, 4], [8, 12]]), None, (2, 2))
    assert listed(lanes) == [(3, 0), (3, 4), (7, 8), (7, 12)]
    assert (lanes.repeats, lanes.place, lanes.block) == (1, None, ())


def test_what_all_programs_touch_is_listed_once():
    lanes = lanes_of(np.array([[0, 4]]), None, (1, 2))
    assert listed(lanes) == [(3, 0), (3, 4)]
    assert lanes.repeats == 2


def test_one_address_may_be_that_of_the_whole_block():
    lanes = lanes_of(np.array([[4], [8]]), None, (2, 2))
    assert listed(lanes) == [(3, 4), (3, 4), (7, 8), (7, 8)]


def test_a_mask_excludes_lanes():
    mask = np.array([[True, False], [True, True]])
    lanes = lanes_of(np.array([[0, 4]]), mask, (2, 2), placed=True)
    assert listed(lanes) == [(3, 0), (7, 0), (7, 4)]
    assert lanes.place.tolist() == [0, 0, 1]


def test_places_are_those_in_the_flattened_block():
    offset = np.arange(12).reshape(2, 3, 1, 2)
    lanes = lanes_of(offset, None, (2, 3, 1, 2), placed=True)
    assert lanes.place.tolist() == [*range(6), *range(6)]
    assert lanes.block == (3, 2)
    some = lanes.where(lanes.offset % 5 == 0)
    assert listed(some) == [(3, 0), (3, 5), (7, 10)]
    assert (some.place.tolist(), some.block, some.repeats) == ([0, 5, 4], (3, 2), 1)


def test_lanes_can_be_listed_for_every_program():
    lanes = lanes_of(np.array([[0, 4]]), None, (1, 2), placed=True).each_program()
    assert listed(lanes) == [(3, 0), (3, 4), (7, 0), (7, 4)]
    assert (lanes.place.tolist(), lanes.block, lanes.repeats) == ([0, 1, 0, 1], (2,), 1)
    assert lanes.each_program() is lanes


def test_nobody_finds_places_that_nobody_asked_for():
    lanes = lanes_of(np.array([[0, 4]]), None, (1, 2))
    assert lanes.each_program().place is None
    assert lanes.where(np.array([True, False])).place is None


@pytest.mark.parametrize(
    ("mask", "wanted"),
    [
        ([[True, False, True]], [0, 2, 3, 5]),
        ([[True]], [0, 1, 2, 3, 4, 5]),
        ([[False]], []),
        ([True], [0, 1, 2, 3, 4, 5]),
        ([[True], [False]], [0, 1, 2]),
        ([[False, True, False], [True, False, True]], [1, 3, 5]),
    ],
)
def test_a_mask_may_be_that_of_one_program_or_of_one_lane(mask, wanted):
    assert chosen(np.arange(6).reshape(2, 3), np.array(mask)).tolist() == wanted


def test_a_mask_may_be_that_of_one_row_of_the_block():
    data = np.arange(8).reshape(2, 2, 2)
    assert chosen(data, np.array([[[True, False]]])).tolist() == [0, 2, 4, 6]
    assert chosen(data, np.array([[[True], [False]]])).tolist() == [0, 1, 4, 5]
