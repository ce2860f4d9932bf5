"""What a load finds: in memory, outside of it, in bytes that nobody wrote, through pointers."""

import pytest
import torch
import triton
import triton.language as tl

from conformance.lockstep import lockstep
from conformance.memory.unwritten import Unwritten
from conformance.memory.violation import OUT_OF_BOUNDS_READ, UNINITIALISED_READ

POISON = 0xAB


@triton.jit
def copy(x_ptr, out_ptr, n, first, step, BLOCK: tl.constexpr):
    """Program ``p`` copies its ``BLOCK`` elements from ``first + p * step`` on, ``n`` of them."""
    place = tl.arange(0, BLOCK)
    program = tl.program_id(0)
    found = tl.load(x_ptr + first + program * step + place, mask=place < n, other=5)
    tl.store(out_ptr + program * BLOCK + place, found)


@triton.jit
def copy_all(x_ptr, out_ptr, first, BLOCK: tl.constexpr):
    place = tl.arange(0, BLOCK)
    tl.store(out_ptr + place, tl.load(x_ptr + first + place))


@triton.jit
def copy_addressed(addresses_ptr, out_ptr, BLOCK: tl.constexpr):
    """Element ``place`` is the int32 at address ``place``."""
    place = tl.arange(0, BLOCK)
    addresses = tl.load(addresses_ptr + place).to(tl.pointer_type(tl.int32))
    tl.store(out_ptr + place, tl.load(addresses))


@triton.jit
def copy_row(table_ptr, out_ptr, row, BLOCK: tl.constexpr):
    """The first elements of a row, of which the table holds a pointer."""
    rows = table_ptr.to(tl.pointer_type(tl.pointer_type(tl.int32)))
    place = tl.arange(0, BLOCK)
    tl.store(out_ptr + place, tl.load(tl.load(rows + row) + place))


def found_by(kernel, x, *arguments, programs=1, block=4, unwritten=None, poison=None):
    """What the kernel loaded from ``x``, and the broken rules."""
    out = torch.zeros(programs * block, dtype=torch.int32 if x.dtype == torch.int64 else x.dtype)
    with lockstep(poison=poison, unwritten=unwritten) as session:
        kernel[(programs,)](x, out, *arguments, BLOCK=block)
    return out, session.violations


def told(violations):
    return [(each.kind, each.argument, each.offset, each.count) for each in violations]


def test_excluded_lanes_hold_what_the_load_says():
    x = torch.arange(8, dtype=torch.int32)
    for count, wanted in (
        (0, [5] * 8),
        (3, [0, 1, 2, 5, 2, 3, 4, 5]),
        (4, [0, 1, 2, 3, 2, 3, 4, 5]),
    ):
        out, violations = found_by(copy, x, count, 0, 2, programs=2)
        assert out.tolist() == wanted and violations == ()


@pytest.mark.parametrize("dtype", [torch.int8, torch.int16, torch.int32])
def test_outside_of_a_storage_lie_all_ones(dtype):
    x = torch.arange(1, 3).to(dtype)
    out, violations = found_by(copy_all, x, 0)
    assert out.tolist() == [1, 2, -1, -1]
    assert told(violations) == [(OUT_OF_BOUNDS_READ, "x_ptr", 2 * x.itemsize, 2)]
    out, violations = found_by(copy_all, x, -1)
    assert out.tolist() == [-1, 1, 2, -1]
    assert told(violations) == [(OUT_OF_BOUNDS_READ, "x_ptr", -x.itemsize, 2)]
    out, violations = found_by(copy, x, 3, 0, 0)
    assert out.tolist() == [1, 2, -1, 5]
    assert told(violations) == [(OUT_OF_BOUNDS_READ, "x_ptr", 2 * x.itemsize, 1)]


def test_outside_of_an_argument_lies_what_its_storage_holds():
    x = torch.arange(6, dtype=torch.int32)[1:3]
    out, violations = found_by(copy_all, x, 0)
    assert out.tolist() == [1, 2, 3, 4]
    assert told(violations) == [(OUT_OF_BOUNDS_READ, "x_ptr", 8, 2)]


def test_every_program_counts_that_reads_outside():
    x = torch.arange(3, dtype=torch.int32)
    out, violations = found_by(copy, x, 4, 0, 0, programs=3)
    assert out.tolist() == [0, 1, 2, -1] * 3
    assert told(violations) == [(OUT_OF_BOUNDS_READ, "x_ptr", 12, 3)]
    assert violations[0].program == (0, 0, 0)


def test_null_and_unknown_addresses_lead_to_all_ones():
    out, violations = found_by(copy_addressed, torch.zeros(4, dtype=torch.int64))
    assert out.tolist() == [-1] * 4
    assert [(each.kind, each.count) for each in violations] == [(OUT_OF_BOUNDS_READ, 4)]


def test_one_block_may_read_several_tensors():
    first = torch.arange(10, 14, dtype=torch.int32)
    second, sparse = first + 10, torch.arange(30, 38, dtype=torch.int32)[::2]
    with lockstep() as session:
        starts = [each.data_ptr() for each in (first, second, sparse)]
        out, addresses = (
            torch.zeros(8, dtype=torch.int32),
            torch.tensor(
                [
                    starts[0] + 4,
                    starts[2] + 8,
                    0,
                    starts[1],
                    starts[0] + 12,
                    starts[2],
                    64,
                    starts[1],
                ]
            ),
        )
        copy_addressed[(1,)](addresses, out, BLOCK=8)
    assert out.tolist() == [11, 32, -1, 20, 13, 30, -1, 20]
    assert [(each.kind, each.count) for each in session.violations] == [(OUT_OF_BOUNDS_READ, 2)]


def test_beside_a_strided_tensor_a_null_address_leads_to_all_ones():
    sparse = torch.arange(30, 38, dtype=torch.int32)[::2]
    with lockstep():
        start, out = sparse.data_ptr(), torch.zeros(4, dtype=torch.int32)
        copy_addressed[(1,)](torch.tensor([0, start + 8, start, 0]), out, BLOCK=4)
    assert out.tolist() == [-1, 32, 30, -1]


def test_an_element_may_lie_at_any_byte():
    memory = torch.arange(12, dtype=torch.uint8)
    with lockstep() as session:
        start, out = memory.data_ptr(), torch.zeros(4, dtype=torch.int32)
        places = [start + 1, start + 4, start + 8, start + 10]
        copy_addressed[(1,)](torch.tensor(places), out, BLOCK=4)
    assert out[:3].tolist() == [0x04030201, 0x07060504, 0x0B0A0908]
    assert out[3] == -1
    assert [(each.kind, each.offset, each.count) for each in session.violations] == [
        (OUT_OF_BOUNDS_READ, 10, 1)
    ]


def test_a_pointer_that_was_loaded_stays_with_its_tensor():
    storage, out = torch.arange(8, dtype=torch.int32), torch.zeros(8, dtype=torch.int32)
    rows = [storage[:4], storage[4:]]
    for row, wanted in ((0, [*range(8)]), (1, [4, 5, 6, 7, -1, -1, -1, -1])):
        with lockstep() as session:
            table = torch.tensor([each.data_ptr() for each in rows])
            copy_row[(1,)](table, out, row, BLOCK=8)
        assert out.tolist() == wanted
        assert [(each.kind, each.offset, each.count) for each in session.violations] == [
            (OUT_OF_BOUNDS_READ, 16, 4)
        ]


def partly_written(kernel, written, *arguments, unwritten=None, length=4, **options):
    """What the kernel loads from memory of which only the first elements are written."""
    out = torch.zeros(8, dtype=torch.int32)
    with lockstep(poison=POISON, unwritten=unwritten, **options) as session:
        x = torch.empty(length, dtype=torch.int32)
        x[:written] = torch.arange(1, written + 1, dtype=torch.int32)
        kernel[(8 // 4,)](x, out, *arguments, BLOCK=4)
    return out.tolist(), session.violations


POISONED = int.from_bytes(bytes([POISON]) * 4, "little", signed=True)


def test_a_read_of_unwritten_bytes_finds_another_byte_if_asked():
    found, violations = partly_written(copy, 2, 4, 0, 0)
    assert found == [1, 2, POISONED, POISONED] * 2
    assert told(violations) == [(UNINITIALISED_READ, "x_ptr", 8, 4)]
    found, again = partly_written(copy, 2, 4, 0, 0, unwritten=Unwritten(violations[0].rule, 0x01))
    assert found == [1, 2, 0x01010101, 0x01010101] * 2
    assert again == violations
    found, again = partly_written(copy, 2, 3, 0, 0, unwritten=Unwritten(violations[0].rule, 0))
    assert found == [1, 2, 0, 5] * 2
    assert told(again) == [(UNINITIALISED_READ, "x_ptr", 8, 2)]


def test_other_reads_of_unwritten_bytes_find_what_lies_there():
    (_, violations) = partly_written(copy, 2, 4, 0, 0)
    other = (*violations[0].rule[:-1], "y_ptr")
    found, again = partly_written(copy, 2, 4, 0, 0, unwritten=Unwritten(other, 0x01))
    assert found == [1, 2, POISONED, POISONED] * 2
    assert again == violations


@pytest.mark.parametrize(("length", "written"), [(1, 0), (2, 1), (3, 1), (3, 2)])
def test_an_asked_for_byte_is_found_only_inside_of_memory(length, written):
    _, violations = partly_written(copy, written, 4, 0, 0, length=length)
    kinds = {each.kind: each for each in violations}
    assert set(kinds) == {OUT_OF_BOUNDS_READ, UNINITIALISED_READ}
    asked = Unwritten(kinds[UNINITIALISED_READ].rule, 0x01)
    found, _ = partly_written(copy, written, 4, 0, 0, length=length, unwritten=asked)
    row = [1, 2][:written] + [0x01010101] * (length - written) + [-1] * (4 - length)
    assert found == row * 2
