"""Threads of one program that meet in memory with no barrier between are found, and only those."""

import pytest
import torch

from conformance.lockstep import lockstep

from .subjects import threads

BLOCK = 8


@pytest.fixture(params=[(1, None), (3, None), (3, 1), (3, 2)], ids=str)
def launched(request):
    """Run a kernel with tensors of numbers, and return (kind, argument, count) of violations."""
    programs, chunk = request.param

    def launch(kernel, tensors, **constants):
        given = [torch.arange(1.0, programs * BLOCK + 1) for _ in range(tensors)]
        with lockstep(chunk=chunk) as session:
            kernel[(programs,)](*given, BLOCK=BLOCK, **constants)
        found = [(each.argument, each.count // programs) for each in session.violations]
        assert {each.kind for each in session.violations} <= {"race inside a program"}
        return found

    return launch


@pytest.mark.parametrize("between", ["nothing", "relaxed", "sum"])
def test_reading_what_another_lane_stored_is_a_race(launched, between):
    found = launched(threads.read_back, 3, REVERSED=True, BETWEEN=between)
    assert found == [("buffer_ptr", BLOCK)]


@pytest.mark.parametrize("between", ["barrier", "atomic"])
def test_barriers_and_ordering_atomics_are_waited_for(launched, between):
    assert launched(threads.read_back, 3, REVERSED=True, BETWEEN=between) == []


def test_a_lane_reads_what_it_stored(launched):
    assert launched(threads.read_back, 3, REVERSED=False, BETWEEN="nothing") == []


def test_overwriting_what_another_lane_has_read_is_a_race(launched):
    assert launched(threads.overwrite, 1, REVERSED=True, BETWEEN="nothing") == [("x_ptr", BLOCK)]


@pytest.mark.parametrize("between", ["barrier", "sum", "scan"])
def test_threads_that_have_exchanged_values_have_read(launched, between):
    assert launched(threads.overwrite, 1, REVERSED=True, BETWEEN=between) == []


def test_writing_in_place_is_no_race(launched):
    assert launched(threads.overwrite, 1, REVERSED=False, BETWEEN="nothing") == []


def test_blocks_of_another_shape_are_spread_over_other_threads(launched):
    assert launched(threads.other_shape, 3, HALVES=True) == [("buffer_ptr", BLOCK // 2)]
    assert launched(threads.other_shape, 3, HALVES=False) == []


def test_lanes_that_store_different_values_to_one_address_race(launched):
    assert launched(threads.one_cell, 2, EQUAL=False) == [("out_ptr", BLOCK - 1)]
    assert launched(threads.one_cell, 2, EQUAL=True) == []


def test_a_later_store_of_another_lane_needs_a_barrier(launched):
    assert launched(threads.stored_twice, 1, MODE="other lane") == [("out_ptr", 1)]
    for right in ("barrier", "same lane", "same value"):
        assert launched(threads.stored_twice, 1, MODE=right) == []


@pytest.mark.parametrize("chunk", [None, 1, 2])
def test_a_barrier_orders_only_the_programs_that_pass_it(chunk):
    x, out, buffer = torch.arange(1.0, 33.0), torch.zeros(32), torch.zeros(32)
    x[::16] *= -1  # the first and the third of four programs pass no barrier
    with lockstep(chunk=chunk) as session:
        threads.after_divergence[(4,)](x, out, buffer, BLOCK=BLOCK)
    (found,) = session.violations
    assert (found.kind, found.program, found.count) == ("race inside a program", (0, 0, 0), 16)
