"""What atomics find and leave: in memory, outside of it, in bytes that nobody wrote."""

import pytest
import torch
import triton
import triton.language as tl

from conformance.lockstep import UnsupportedFeature, lockstep
from conformance.memory.unwritten import Unwritten
from conformance.memory.violation import OUT_OF_BOUNDS_WRITE, UNINITIALISED_READ

POISON = 0xAB


@triton.jit
def add(x_ptr, out_ptr, n, first, BLOCK: tl.constexpr):
    """Every program adds 1 to ``n`` elements from ``first`` on, and keeps what it found."""
    place = tl.arange(0, BLOCK)
    found = tl.atomic_add(x_ptr + first + place, 1, mask=place < n)
    tl.store(out_ptr + tl.program_id(0) * BLOCK + place, found)


@triton.jit
def add_all(x_ptr, out_ptr, BLOCK: tl.constexpr):
    place = tl.arange(0, BLOCK)
    found = tl.atomic_add(x_ptr + place, 1)
    tl.store(out_ptr + tl.program_id(0) * BLOCK + place, found)


@triton.jit
def add_matrix(x_ptr, out_ptr, ROWS: tl.constexpr, COLUMNS: tl.constexpr):
    """A block of two dimensions, whose rows add to the elements of ``x`` in turn."""
    row, column = tl.arange(0, ROWS)[:, None], tl.arange(0, COLUMNS)[None, :]
    found = tl.atomic_add(x_ptr + column + 0 * row, 1)
    place = tl.program_id(0) * ROWS * COLUMNS + row * COLUMNS + column
    tl.store(out_ptr + place, found)


@triton.jit
def add_addressed(addresses_ptr, BLOCK: tl.constexpr):
    addresses = tl.load(addresses_ptr + tl.arange(0, BLOCK)).to(tl.pointer_type(tl.int32))
    tl.atomic_add(addresses, 1)


@triton.jit
def add_then_load(x_ptr, out_ptr, BLOCK: tl.constexpr):
    place = tl.arange(0, BLOCK)
    tl.atomic_add(x_ptr + place, 1, mask=place < 2)
    tl.debug_barrier()
    tl.store(out_ptr + place, tl.load(x_ptr + place))


def told(session):
    return [(each.kind, each.argument, each.offset, each.count) for each in session.violations]


def ints(*values: int) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.int32)


def test_programs_add_one_after_the_other():
    x, out = ints(10, 20, 30), torch.zeros(12, dtype=torch.int32)
    with lockstep() as session:
        add[(3,)](x, out, 3, 0, BLOCK=4)
    assert x.tolist() == [13, 23, 33]
    assert out.view(3, 4).tolist() == [[10 + p, 20 + p, 30 + p, 0] for p in range(3)]
    assert session.violations == ()


def test_blocks_of_two_dimensions_find_their_own_shape():
    x, out = ints(10, 20), torch.zeros(2, 4, 2, dtype=torch.int32)
    with lockstep():
        add_matrix[(2,)](x, out, ROWS=4, COLUMNS=2)
    assert x.tolist() == [18, 28]
    wanted = [[[10 + 4 * p + r, 20 + 4 * p + r] for r in range(4)] for p in range(2)]
    assert out.tolist() == wanted


def test_lanes_of_one_block_may_add_to_several_tensors():
    first, second = ints(1, 2), ints(10, 20)
    with lockstep() as session:
        starts = [first.data_ptr(), second.data_ptr()]
        addresses = [starts[0], starts[1] + 4, starts[0], 0]
        add_addressed[(1,)](torch.tensor(addresses), BLOCK=4)
    assert (first.tolist(), second.tolist()) == ([3, 2], [10, 21])
    assert [(each.kind, each.count) for each in session.violations] == [(OUT_OF_BOUNDS_WRITE, 1)]


def test_outside_of_an_argument_only_its_storage_changes():
    x, out = ints(1, 2, 3), torch.zeros(8, dtype=torch.int32)
    with lockstep() as session:
        add[(2,)](x[:2], out, 4, 0, BLOCK=4)
    assert x.tolist() == [3, 4, 5]
    assert out.view(2, 4)[:, :3].tolist() == [[1, 2, 3], [2, 3, 4]]
    assert told(session) == [(OUT_OF_BOUNDS_WRITE, "x_ptr", 8, 4)]


def test_an_atomic_wholly_outside_changes_nothing():
    x, out = ints(1, 2), torch.zeros(4, dtype=torch.int32)
    with lockstep() as session:
        add[(1,)](x, out, 3, 2, BLOCK=4)
    assert x.tolist() == [1, 2]
    assert told(session) == [(OUT_OF_BOUNDS_WRITE, "x_ptr", 8, 3)]


def test_an_atomic_whose_mask_excludes_all_touches_nothing():
    x, out = ints(1, 2), torch.ones(4, dtype=torch.int32)
    with lockstep(poison=0xFF) as session:
        add[(1,)](x, out, 0, 100, BLOCK=4)
    assert x.tolist() == [1, 2] and out.tolist() == [-1] * 4
    assert session.violations == ()


def test_a_misaligned_atomic_is_not_supported():
    with (
        lockstep(),
        pytest.raises(UnsupportedFeature, match="support a misaligned atomic"),
    ):
        memory = torch.zeros(8, dtype=torch.uint8)
        start = memory.data_ptr()
        add_addressed[(1,)](torch.tensor([start, start + 2]), BLOCK=2)


def poisoned(byte: int) -> int:
    return int.from_bytes(bytes([byte]) * 4, "little", signed=True)


def partly_written(programs=1, unwritten=None):
    """Atomics on four elements of which two are written: what they found and left."""
    out = torch.zeros(4 * programs, dtype=torch.int32)
    with lockstep(poison=POISON, unwritten=unwritten) as session:
        x = torch.empty(6, dtype=torch.int32)
        x[1:3] = ints(10, 20)
        add_all[(programs,)](x, out, BLOCK=4)
        written = session.written(x).tolist()
    assert written == [True] * 4 + [False] * 2
    return out.tolist(), x.tolist(), session


@pytest.mark.parametrize("programs", [1, 2])
def test_an_atomic_on_unwritten_memory_is_an_uninitialised_read(programs):
    found, left, session = partly_written(programs)
    held = poisoned(POISON)
    assert found[:4] == [held, 10, 20, held]
    assert left == [held + programs, 10 + programs, 20 + programs, held + programs, held, held]
    (violation,) = session.violations
    assert (violation.kind, violation.offset) == (UNINITIALISED_READ, 0)


@pytest.mark.parametrize("programs", [1, 2])
def test_an_atomic_finds_another_byte_in_unwritten_memory_if_asked(programs):
    (violation,) = partly_written(programs)[2].violations
    asked = Unwritten(violation.rule, 0x01)
    found, left, session = partly_written(programs, unwritten=asked)
    held, beyond = 0x01010101, poisoned(POISON)
    assert found[:4] == [held, 10, 20, held]
    assert left == [held + programs, 10 + programs, 20 + programs, held + programs, beyond, beyond]
    assert session.violations == (violation,)


def test_an_atomic_of_which_nobody_asked_finds_what_lies_there():
    (violation,) = partly_written()[2].violations
    other = Unwritten((*violation.rule[:-1], "out_ptr"), 0x01)
    assert partly_written(unwritten=other)[:2] == partly_written()[:2]


def test_what_an_atomic_wrote_is_written():
    out = torch.zeros(4, dtype=torch.int32)
    with lockstep(poison=POISON) as session:
        x = torch.empty(4, dtype=torch.int32)
        x[:2] = ints(1, 2)
        session.undefined(x[2:])
        add_then_load[(1,)](x, out, BLOCK=4)
    assert out.tolist()[:2] == [2, 3]
    assert told(session) == [(UNINITIALISED_READ, "x_ptr", 8, 2)]
