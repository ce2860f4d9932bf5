"""Which programs of a launch race with each other, where, and which atomics order them."""

from __future__ import annotations

import inspect

import pytest
import torch
import triton
import triton.language as tl

from conformance.lockstep import lockstep
from conformance.memory.violation import LANE_RACE, READ_RACE, WRITE_RACE

CHUNKS = pytest.mark.parametrize("chunk", [None, 1, 2, 3])
#: Programs of a launch that is too large to run them one after the other.
MANY = 8200


def found(session, kernel):
    """Each violation: kind, the mark that ends its line, program, its partner, offset, count."""
    lines, first = inspect.getsourcelines(kernel.fn)
    partner = [other and other[0] for other in (each.other_program for each in session.violations)]
    return [
        (
            each.kind,
            lines[each.line - first].split("# ")[-1].strip(),
            each.program[0],
            other,
            each.offset,
            each.count,
        )
        for each, other in zip(session.violations, partner, strict=True)
    ]


def zeros(count, dtype=torch.int32):
    return torch.zeros(count, dtype=dtype)


@triton.jit
def steps(data_ptr, flag_ptr, out_ptr, STEPS: tl.constexpr):
    pid = tl.program_id(0)
    last = tl.num_programs(0) - 1
    for index in tl.static_range(len(STEPS)):
        if STEPS[index] == "A":
            tl.atomic_add(flag_ptr, 1)
        elif STEPS[index] == "relaxed":
            tl.atomic_add(flag_ptr, 1, sem="relaxed")
        elif STEPS[index] == "own":
            tl.store(data_ptr + pid, pid + 1)
        elif STEPS[index] == "again":
            tl.store(data_ptr + pid, pid + 9)
        elif STEPS[index] == "one":
            tl.store(data_ptr, pid + 1)  # store
        elif STEPS[index] == "first reads":
            tl.store(out_ptr + pid, tl.load(data_ptr, mask=pid == 0, other=0))
        elif STEPS[index] == "last writes":
            tl.store(data_ptr, 7, mask=pid == last)  # overwrite
        else:
            tl.store(out_ptr + pid, tl.load(data_ptr, mask=pid == last, other=0))  # load


def of_steps(chunk, *names):
    with lockstep(chunk=chunk) as session:
        steps[(4,)](zeros(4), zeros(1), zeros(4), STEPS=names)
    return found(session, steps)


READ_BY_LAST = [(READ_RACE, "load", 3, 0, 0, 1)]
ALL_STORE = [(WRITE_RACE, "store", 1, 0, 0, 3)]
LAST_WRITES = [(READ_RACE, "overwrite", 3, 0, 0, 1)]


@CHUNKS
@pytest.mark.parametrize(
    ("names", "races"),
    [
        (("own", "last reads"), READ_BY_LAST),
        (("own", "A", "last reads"), []),
        (("own", "relaxed", "last reads"), READ_BY_LAST),
        (("A", "own", "last reads"), READ_BY_LAST),
        (("A", "own", "relaxed", "last reads"), READ_BY_LAST),
        (("A", "own", "A", "last reads"), []),
        (("own", "A", "again", "last reads"), READ_BY_LAST),
        (("own", "A", "again", "A", "last reads"), []),
        (("A", "A", "own", "last reads"), READ_BY_LAST),
    ],
    ids=str,
)
def test_what_a_program_stores_before_its_last_atomic_is_published(names, races, chunk):
    assert of_steps(chunk, *names) == races


@CHUNKS
@pytest.mark.parametrize(
    ("names", "races"),
    [
        (("one",), ALL_STORE),
        (("one", "A"), ALL_STORE),
        (("A", "one"), ALL_STORE),
        (("A", "one", "A"), []),
        (("relaxed", "one", "relaxed"), ALL_STORE),
        (("first reads", "last writes"), LAST_WRITES),
        (("first reads", "A", "last writes"), []),
        (("A", "first reads", "A", "last writes"), []),
        (("first reads", "relaxed", "last writes"), LAST_WRITES),
    ],
    ids=str,
)
def test_stores_are_ordered_by_an_atomic_before_them_and_one_after_the_other(names, races, chunk):
    assert of_steps(chunk, *names) == races


@triton.jit
def overlapping(out_ptr, STEP: tl.constexpr, BLOCK: tl.constexpr):
    pid = tl.program_id(0)
    tl.store(out_ptr + pid * STEP + tl.arange(0, BLOCK), pid + 1)  # store


@CHUNKS
@pytest.mark.parametrize(("step", "shared"), [(1, 7), (4, 4), (6, 2), (8, 0)])
def test_each_element_that_two_programs_store_is_counted(step, shared, chunk):
    out = zeros(40)
    with lockstep(chunk=chunk) as session:
        overlapping[(4,)](out, STEP=step, BLOCK=8)
    races = [(WRITE_RACE, "store", 1, 0, 4 * step, 3 * shared)] if shared else []
    assert found(session, overlapping) == races
    assert out[: 3 * step].tolist() == [1 + place // step for place in range(3 * step)]


@triton.jit
def of_neighbour(buffer_ptr, out_ptr, BACK: tl.constexpr, BLOCK: tl.constexpr):
    lanes = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(buffer_ptr + lanes, lanes + 1)
    tl.debug_barrier()
    tl.store(out_ptr + lanes, tl.load(buffer_ptr + lanes - BACK, mask=lanes >= BACK))  # load


@CHUNKS
@pytest.mark.parametrize("back", [0, 1, 3, 4])
def test_each_element_that_is_read_of_another_program_is_counted(back, chunk):
    with lockstep(chunk=chunk) as session:
        of_neighbour[(4,)](zeros(16), zeros(16), BACK=back, BLOCK=4)
    races = [(READ_RACE, "load", 1, 0, 16 - 4 * back, 3 * back)] if back else []
    assert found(session, of_neighbour) == races


@triton.jit
def halves(words_ptr, WORD: tl.constexpr):
    pid = tl.program_id(0)
    tl.store(words_ptr + 2 * pid + WORD, pid + 1)  # word
    doubles_ptr = words_ptr.to(tl.pointer_type(tl.int64))
    tl.store(doubles_ptr + (pid + 1) % tl.num_programs(0), 77)  # double


@CHUNKS
@pytest.mark.parametrize("word", [0, 1])
def test_half_of_an_element_is_enough_to_race(word, chunk):
    with lockstep(chunk=chunk) as session:
        halves[(4,)](zeros(8), WORD=word)
    assert found(session, halves) == [
        (WRITE_RACE, "word", 1, 0, 8 + 4 * word, 3),
        (WRITE_RACE, "double", 3, 0, 0, 1),
    ]


@triton.jit
def one_flag(out_ptr):
    tl.store(out_ptr, 1)


@triton.jit
def one_of_many_flags(out_ptr):
    tl.store(out_ptr + tl.program_id(0) // 64, 1)


@triton.jit
def one_number(out_ptr):
    tl.store(out_ptr, tl.program_id(0) + 1)  # store


def test_programs_that_store_equal_values_go_on_together():
    with lockstep(chunk=2) as session:
        one_flag[(8,)](zeros(1))
        one_of_many_flags[(8,)](zeros(1))
        one_number[(8,)](zeros(1))
    assert [launch.chunks for launch in session.launches] == [4, 4, 8]
    assert found(session, one_number) == [(WRITE_RACE, "store", 1, 0, 0, 7)]


def test_launches_that_cannot_run_their_programs_in_turn_are_judged_by_chunks():
    with lockstep(chunk=MANY // 2) as session:
        one_flag[(MANY,)](zeros(1))
        assert session.violations == ()
        one_number[(MANY,)](zeros(1))
    assert [launch.chunks for launch in session.launches] == [2, 2]
    (kind, mark, program, _, offset, count) = found(session, one_number)[0]
    assert (kind, mark, program, offset) == (WRITE_RACE, "store", 0, 0)
    assert count >= MANY - 2


@triton.jit
def own_and_shared(out_ptr, BLOCK: tl.constexpr):
    lanes = tl.arange(0, BLOCK)
    place = tl.where(lanes < 2, 0, 1 + tl.program_id(0))
    tl.store(out_ptr + place, tl.where(lanes < 2, 5, lanes))  # store


@pytest.mark.parametrize("programs", [1, 4, MANY])
def test_lanes_that_race_inside_programs_do_not_race_with_other_programs(programs):
    with lockstep(chunk=MANY // 2) as session:
        own_and_shared[(programs,)](zeros(programs + 1), BLOCK=4)
    assert found(session, own_and_shared) == [(LANE_RACE, "store", 0, None, 4, programs)]


@triton.jit
def first_then_apart(kinds_ptr, x_ptr, out_ptr, flag_ptr, READ: tl.constexpr):
    pid = tl.program_id(0)
    kind = tl.load(kinds_ptr + pid)
    if READ:
        tl.store(out_ptr + pid, tl.load(x_ptr + pid))  # before
    else:
        tl.store(x_ptr + pid, pid + 1)  # before
    tl.atomic_add(flag_ptr, 1, sem="relaxed")
    if kind > 0:
        if READ:
            tl.store(x_ptr + pid + 1, 5)  # after
        else:
            tl.store(out_ptr + pid, tl.load(x_ptr + pid + 1))  # after


@pytest.mark.parametrize("read", [True, False])
def test_programs_that_diverged_and_have_not_run_again_touched_nothing(read):
    kinds, one = zeros(MANY), MANY // 2
    kinds[one] = 1  # runs alone, before the other programs of its chunk run again
    with lockstep(chunk=one) as session:
        first_then_apart[(MANY,)](kinds, zeros(MANY), zeros(MANY), zeros(1), READ=read)
    assert session.launches[0].splits == 1
    assert found(session, first_then_apart) == [
        (READ_RACE, "before", one + 1, one, 4 * (one + 1), 1)
    ]
