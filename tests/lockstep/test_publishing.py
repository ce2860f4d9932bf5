"""Order by atomics, accesses across a border, NaN in extremes, reports of diverging programs."""

import math

import pytest
import torch

from conformance.lockstep import lockstep

from .subjects import publishing

CHUNKS = (None, 1, 2)


def published(sem, chunk):
    data, flag = torch.zeros(4, dtype=torch.int32), torch.zeros(1, dtype=torch.int32)
    with lockstep(chunk=chunk) as session:
        publishing.published[(4,)](data, flag, torch.zeros(1, dtype=torch.int32), SEM=sem)
    return session.violations


@pytest.mark.parametrize("chunk", CHUNKS)
@pytest.mark.parametrize("sem", ["relaxed", "cas"])
def test_what_a_relaxed_atomic_publishes_races(sem, chunk):
    (found,) = published(sem, chunk)
    assert (found.kind, found.argument, found.count) == ("read race", "data_ptr", 1)
    assert (found.program, found.other_program) == ((3, 0, 0), (0, 0, 0))


@pytest.mark.parametrize("chunk", CHUNKS)
@pytest.mark.parametrize("sem", ["acq_rel", "acquire", "release"])
def test_what_an_ordering_atomic_publishes_does_not(sem, chunk):
    assert published(sem, chunk) == ()


@pytest.mark.parametrize(("load", "kind"), [(True, "read"), (False, "write")])
@pytest.mark.parametrize("before", [0, 3])
def test_an_access_that_starts_inside_and_ends_outside(load, kind, before):
    storage = torch.arange(before + 4, dtype=torch.int32)
    x, out = storage[before:], torch.zeros(1, dtype=torch.int64)
    with lockstep() as session:
        publishing.wide[(1,)](x, out, 3, LOAD=load)
    (found,) = session.violations
    assert (found.kind, found.argument, found.offset) == (f"out-of-bounds {kind}", "x_ptr", 12)
    assert storage.tolist() == list(range(before + 4))
    with lockstep() as session:
        publishing.wide[(1,)](x, out, 2, LOAD=load)
    assert session.violations == ()


def test_an_access_that_starts_before_the_argument():
    storage, out = torch.arange(8, dtype=torch.int32), torch.zeros(1, dtype=torch.int64)
    with lockstep() as session:
        publishing.wide[(1,)](storage[1:], out, -1, LOAD=True)
    (found,) = session.violations
    assert (found.kind, found.offset, out.tolist()) == ("out-of-bounds read", -4, [1 << 32])


def test_an_atomic_that_ends_outside():
    x = torch.zeros(4, dtype=torch.int32)
    with lockstep() as session:
        publishing.wide_atomic[(1,)](x, 3)
    (found,) = session.violations
    assert (found.kind, found.offset, x.tolist()) == ("out-of-bounds write", 12, [0, 0, 0, 0])


def test_one_lane_of_a_block_ends_outside():
    x, out = torch.ones(4, dtype=torch.int32), torch.zeros(4, dtype=torch.int64)
    with lockstep() as session:
        publishing.wide_block[(1,)](x, out, BLOCK=4)
    (found,) = session.violations
    assert (found.kind, found.offset, found.count) == ("out-of-bounds read", 12, 1)
    assert out.tolist() == [(1 << 32) + 1] * 3 + [-1]


@pytest.mark.parametrize("mode", ["add", "max", "xchg", "cas"])
def test_an_atomic_reads_what_nobody_wrote(mode):
    out = torch.zeros(8, dtype=torch.int32)
    with lockstep() as session:
        x = torch.empty(8, dtype=torch.int32)
        x[:2] = 0
        publishing.atomic[(1,)](x, out, 8, MODE=mode, BLOCK=8)
        written = session.written(x)
    (found,) = session.violations
    assert (found.kind, found.argument) == ("uninitialised read", "x_ptr")
    assert (found.offset, found.count) == (8, 6)
    assert written.all()


def test_lanes_that_a_mask_excludes_from_an_atomic_read_nothing():
    out = torch.zeros(8, dtype=torch.int32)
    with lockstep() as session:
        x = torch.empty(8, dtype=torch.int32)
        x[:2] = 0
        publishing.atomic[(1,)](x, out, 2, MODE="add", BLOCK=8)
        assert session.written(x).tolist() == [True] * 2 + [False] * 6
    assert session.violations == ()


def extremes(*values):
    found, ids = torch.zeros(4), torch.zeros(4, dtype=torch.int32)
    with lockstep():
        publishing.extremes[(1,)](torch.tensor(values), found, ids, BLOCK=len(values))
    return found.tolist(), ids.tolist()


NAN = math.nan


@pytest.mark.parametrize("place", range(4))
def test_extremes_ignore_nan_wherever_it_is(place):
    values = [5.0, -2.0, 3.0, 9.0]
    values[place] = NAN
    numbers = [value for value in values if value == value]
    highest, lowest = max(numbers), min(numbers)
    found, ids = extremes(*values)
    assert found == [highest, lowest] * 2
    assert ids == [values.index(highest), values.index(lowest)] * 2


def test_extremes_of_nothing_but_nan_are_nan():
    found, _ = extremes(NAN, NAN)
    assert all(value != value for value in found)


@pytest.mark.parametrize("chunk", CHUNKS)
def test_what_is_broken_before_programs_diverge_is_counted_once(chunk):
    x, out = torch.zeros(3), torch.zeros(16)
    with lockstep(chunk=chunk) as session:
        publishing.faults_then_diverges[(6,)](x, out, 8, RACE=False)
    (found,) = session.violations
    assert (found.kind, found.offset, found.count) == ("out-of-bounds read", 12, 3)


@pytest.mark.parametrize("chunk", CHUNKS)
def test_races_before_programs_diverge_are_counted_once(chunk):
    x, out = torch.zeros(6), torch.zeros(16)
    with lockstep(chunk=chunk) as session:
        publishing.faults_then_diverges[(6,)](x, out, 8, RACE=True)
    (found,) = session.violations
    assert (found.kind, found.offset, found.count) == ("write race", 0, 3)
