"""Which bytes an access touches: of views, of loaded pointers, in cells, of unwritten memory."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import triton
import triton.language as tl

from conformance.lockstep import lockstep
from conformance.lockstep.memory.cells import cells_of
from conformance.lockstep.memory.storage import Storage
from conformance.memory.journal import Journal
from conformance.memory.unwritten import Unwritten
from conformance.memory.violation import OUT_OF_BOUNDS_READ, UNINITIALISED_READ

WIDTHS = {1: tl.int8, 2: tl.int16, 4: tl.int32, 8: tl.int64}


@triton.jit
def read_at(x_ptr, out_ptr, offset, TYPE: tl.constexpr):
    address = x_ptr.to(tl.pointer_type(tl.int8)) + offset
    tl.store(out_ptr, tl.load(address.to(tl.pointer_type(TYPE))))


@pytest.mark.parametrize("width", WIDTHS)
def test_an_access_is_inside_a_view_if_each_of_its_bytes_is(width):
    x = torch.zeros(8, dtype=torch.int32)[::2]
    inside = {8 * element + byte for element in range(4) for byte in range(4)}
    for offset in range(32 - width + 1):
        with lockstep() as session:
            read_at[(1,)](x, torch.zeros(1, dtype=torch.int64), offset, TYPE=WIDTHS[width])
        kinds = [(each.kind, each.offset) for each in session.violations]
        right = set(range(offset, offset + width)) <= inside
        assert kinds == ([] if right else [(OUT_OF_BOUNDS_READ, offset)])


@triton.jit
def parted(addresses_ptr, out_ptr, step):
    pid = tl.program_id(0)
    row = tl.load(addresses_ptr + pid).to(tl.pointer_type(tl.float32))
    if pid % 3 == 0:
        tl.store(out_ptr + pid, tl.load(row))
    else:
        tl.store(out_ptr + pid, -tl.load(row + step))


@pytest.mark.parametrize("chunk", [None, 1, 4])
def test_programs_that_part_keep_where_their_pointers_lead_to(chunk):
    numbers = torch.arange(64.0)
    rows, out = [numbers[10 * row : 10 * row + 4] for row in range(6)], torch.zeros(6)
    with lockstep(chunk=chunk) as session:
        addresses = torch.tensor([row.data_ptr() for row in rows])
        parted[(6,)](addresses, out, 3)
        assert session.violations == ()
        assert out.tolist() == [0, -13, -23, 30, -43, -53]
        parted[(6,)](addresses, out, 4)
    (found,) = session.violations
    assert (found.kind, found.program) == (OUT_OF_BOUNDS_READ, (1, 0, 0))
    assert (found.offset, found.count) == (16, 4)


@triton.jit
def copy_two(x_ptr, y_ptr, out_ptr, BLOCK: tl.constexpr):
    lanes = tl.arange(0, BLOCK)
    tl.store(out_ptr + lanes, tl.load(x_ptr + lanes))
    tl.store(out_ptr + BLOCK + lanes, tl.load(y_ptr + lanes))


def copied(unwritten):
    out = torch.zeros(8, dtype=torch.int32)
    with lockstep(poison=0x11, unwritten=unwritten) as session:
        x, y = torch.empty(4, dtype=torch.int32), torch.empty(4, dtype=torch.int32)
        x[:2] = y[2:] = 5
        copy_two[(1,)](x, y, out, BLOCK=4)
    return session.violations, out.tolist()


def test_only_unwritten_bytes_of_the_chosen_read_are_replaced():
    found, values = copied(None)
    before = 0x11111111
    assert [(each.kind, each.argument, each.count) for each in found] == [
        (UNINITIALISED_READ, "x_ptr", 2),
        (UNINITIALISED_READ, "y_ptr", 2),
    ]
    assert values == [5, 5, before, before, before, before, 5, 5]
    instead = 0x3F3F3F3F
    wanted = [
        [5, 5, instead, instead, before, before, 5, 5],
        [5, 5, before, before, instead, instead, 5, 5],
    ]
    for each, numbers in zip(found, wanted, strict=True):
        assert copied(Unwritten(each.rule, 0x3F)) == (found, numbers)


@pytest.fixture
def storage():
    """64 bytes that a launch of several programs reads and writes."""
    data = np.zeros(64, np.uint8)
    made = Storage(data.ctypes.data, 64, tracked=True)
    made.data = data
    return made


def test_cells_are_as_large_as_accesses_that_are_aligned(storage):
    journal = Journal()
    for offset, size, index in [
        ([0, 8, 60], 4, [[0], [2], [15]]),
        ([4, 56], 4, [[1], [14]]),
        ([8, 48], 8, [[2, 3], [12, 13]]),
    ]:
        cells, found = cells_of(storage, journal, np.array(offset), size)
        assert (cells.cell_size, len(cells.owners)) == (4, 16)
        assert found.tolist() == index


@pytest.mark.parametrize(("offset", "size"), [([2, 4], 4), ([8], 2), ([0, 63], 1), ([4, 6], 8)])
def test_cells_shrink_to_bytes_when_other_accesses_come(storage, offset, size):
    journal = Journal()
    coarse, _ = cells_of(storage, journal, np.array([0]), 4)
    coarse.owners[:], coarse.reading[:] = np.arange(16), 100 + np.arange(16)
    fine, index = cells_of(storage, journal, np.array(offset), size)
    assert fine.cell_size == 1
    assert index.tolist() == [[first + byte for byte in range(size)] for first in offset]
    assert fine.owners.tolist() == [byte // 4 for byte in range(64)]
    assert fine.reading.tolist() == [100 + byte // 4 for byte in range(64)]
    assert storage.cells is fine


def test_a_chunk_that_is_undone_gives_back_the_cells_it_found(storage):
    journal = Journal()
    cells_of(storage, journal, np.array([0]), 4)
    journal.undo_chunk()
    assert storage.cells is None
    coarse, _ = cells_of(storage, journal, np.array([0]), 4)
    journal.commit()
    fine, _ = cells_of(storage, journal, np.array([2]), 4)
    assert storage.cells is fine
    journal.undo_chunk()
    assert storage.cells is coarse
