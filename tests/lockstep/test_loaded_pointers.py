"""Memory that a kernel reaches through addresses that it loads."""

from __future__ import annotations

import gc

import pytest
import torch
import triton
import triton.language as tl

from conformance.lockstep import lockstep
from conformance.memory.violation import (
    OUT_OF_BOUNDS_READ,
    OUT_OF_BOUNDS_WRITE,
    UNINITIALISED_READ,
    WRITE_RACE,
)


@triton.jit
def gather(addresses_ptr, out_ptr, n, BLOCK: tl.constexpr):
    """Row ``program`` of the output is what stands at address ``program``."""
    program = tl.program_id(0)
    row = tl.load(addresses_ptr + program).to(tl.pointer_type(tl.float32))
    place = tl.arange(0, BLOCK)
    tl.store(out_ptr + program * BLOCK + place, tl.load(row + place, mask=place < n, other=-1.0))


@triton.jit
def gather_lanes(addresses_ptr, out_ptr, n, BLOCK: tl.constexpr):
    """Element ``place`` of the output is what stands at address ``place``."""
    place = tl.arange(0, BLOCK)
    addresses = tl.load(addresses_ptr + place, mask=place < n, other=0)
    found = tl.load(addresses.to(tl.pointer_type(tl.float32)), mask=place < n, other=-1.0)
    tl.store(out_ptr + place, found)


@triton.jit
def scatter(addresses_ptr, value, step, n, BLOCK: tl.constexpr):
    """Writes at each address; programs write ``step`` elements apart."""
    program = tl.program_id(0)
    row = tl.load(addresses_ptr).to(tl.pointer_type(tl.float32)) + program * step
    place = tl.arange(0, BLOCK)
    tl.store(row + place, value + program, mask=place < n)


@triton.jit
def moved(x_ptr, out_ptr, distance):
    address = x_ptr.to(tl.int64, bitcast=True) + distance
    tl.store(out_ptr, tl.load(address.to(tl.pointer_type(tl.float32), bitcast=True)))


@triton.jit
def at(ADDRESS: tl.constexpr, out_ptr):
    address = tl.full([], ADDRESS, tl.int64)
    tl.store(out_ptr, tl.load(address.to(tl.pointer_type(tl.float32))))


@triton.jit
def count(addresses_ptr):
    tl.atomic_add(tl.load(addresses_ptr).to(tl.pointer_type(tl.int32)), 1)


def gathered(addresses, n, block=4, kernel=gather):
    """What a launch reads through ``addresses``, and the violations."""
    out = torch.zeros(len(addresses), block)
    with lockstep() as session:
        kernel[(len(addresses),)](torch.tensor(addresses), out, n, BLOCK=block)
    return out.tolist(), session.violations


def found(violations):
    return [(each.kind, each.argument, each.offset, each.count) for each in violations]


ROWS = "by its address"


def test_tensors_whose_address_was_asked_for_are_found():
    rows = [torch.arange(4.0) + 10 * place for place in range(3)]
    out = torch.zeros(3, 4)
    with lockstep() as session:
        addresses = torch.tensor([row.data_ptr() for row in rows])
        for _ in range(2):  # a second launch finds them again
            gather[(3,)](addresses, out, 4, BLOCK=4)
            assert torch.equal(out, torch.stack(rows))
            out.zero_()
        gather_lanes[(1,)](addresses, out[0], 3, BLOCK=4)
        assert out[0].tolist() == [0.0, 10.0, 20.0, -1.0]
    assert session.violations == ()


def test_named_tensors_are_found():
    rows = [torch.arange(4.0), torch.arange(4.0) + 10]
    addresses = torch.tensor([row.data_ptr() for row in rows])
    out = torch.zeros(2, 4)
    with lockstep(memory=rows) as session:
        gather[(2,)](addresses, out, 4, BLOCK=4)
        assert session.violations == ()
        gather[(2,)](addresses, out, 6, BLOCK=8)
    reads = [each for each in found(session.violations) if each[0] == OUT_OF_BOUNDS_READ]
    assert (OUT_OF_BOUNDS_READ, "memory[0]", 16, 2) in reads
    assert (OUT_OF_BOUNDS_READ, "memory[1]", 16, 2) in reads


def test_what_lies_beyond_a_found_tensor_is_out_of_bounds_even_where_another_one_lies():
    pool = torch.arange(16.0)
    out = torch.zeros(2, 8)
    with lockstep() as session:
        addresses = torch.tensor([pool[:4].data_ptr(), pool[4:8].data_ptr()])
        gather[(2,)](addresses, out, 5, BLOCK=8)
    name = f"float32 tensor (4,) {ROWS}"
    assert found(session.violations) == [(OUT_OF_BOUNDS_READ, name, 16, 2)]
    assert out[0, :5].tolist() == [0, 1, 2, 3, 4]  # inside the storage, as compiled code reads


def test_of_views_around_an_address_the_largest_counts():
    pool = torch.arange(16.0)
    out = torch.zeros(1, 8)
    with lockstep() as session:
        pool.data_ptr()
        addresses = torch.tensor([pool[:4].data_ptr()])
        gather[(1,)](addresses, out, 8, BLOCK=8)
    assert session.violations == () and out.tolist() == [list(range(8))]


def test_gaps_of_a_view_are_outside():
    pool = torch.arange(16.0).view(4, 4)
    out = torch.zeros(1, 4)
    with lockstep() as session:
        addresses = torch.tensor([pool[:, :2].data_ptr()])
        gather[(1,)](addresses, out, 3, BLOCK=4)
    assert [each[0::3] for each in found(session.violations)] == [(OUT_OF_BOUNDS_READ, 1)]


@pytest.mark.parametrize("address", [0, 8, 1 << 40, (1 << 62) + 4, -8])
@pytest.mark.parametrize("kernel", [gather, gather_lanes])
def test_memory_that_nobody_asked_for_is_reported_and_not_touched(address, kernel):
    _, violations = gathered([address], 1, kernel=kernel)
    assert [(each.kind, each.count) for each in violations] == [(OUT_OF_BOUNDS_READ, 1)]
    assert violations[0].argument.startswith("none (") and violations[0].line
    assert gathered([address], 0, kernel=kernel)[1] == ()  # masked lanes reach nothing


def test_writes_and_atomics_to_unknown_memory_are_reported_and_not_performed():
    secret = torch.zeros(4)
    addresses = torch.tensor([secret.data_ptr()])  # asked before the session
    with lockstep() as session:
        scatter[(1,)](addresses, 1.0, 0, 2, BLOCK=4)
        count[(1,)](addresses)
    assert [each[0::3] for each in found(session.violations)] == [
        (OUT_OF_BOUNDS_WRITE, 2),
        (OUT_OF_BOUNDS_WRITE, 1),
    ]
    assert not secret.any()


def test_freed_tensors_are_forgotten():
    kept = torch.zeros(4)
    with lockstep() as session:
        addresses = torch.tensor([torch.arange(1000.0).data_ptr(), kept.data_ptr()])
        gc.collect()
        assert len(session._addresses.places()) == 1
        gather[(2,)](addresses, torch.zeros(2, 4), 4, BLOCK=4)
    assert [(each.kind, each.program) for each in session.violations] == [
        (OUT_OF_BOUNDS_READ, (0, 0, 0))
    ]


def test_thousands_of_questions_are_forgotten_with_their_tensors():
    with lockstep() as session:
        for _ in range(5000):
            torch.zeros(2).data_ptr()
        assert len(session._addresses._asked) <= 256


def test_storages_may_be_asked_as_well():
    x, out = torch.arange(8.0), torch.zeros(1, 4)
    with lockstep() as session:
        gather[(1,)](torch.tensor([x[2:].untyped_storage().data_ptr()]), out, 4, BLOCK=4)
    assert session.violations == () and out.tolist() == [[0, 1, 2, 3]]


def test_an_address_that_moves_within_its_tensor():
    x, out = torch.arange(4.0), torch.zeros(1)
    with lockstep() as session:
        moved[(1,)](x, out, 8)
        assert out.item() == 2 and session.violations == ()
        moved[(1,)](x, out, 16)
    assert [each.kind for each in session.violations] == [OUT_OF_BOUNDS_READ]


def test_addresses_that_are_constants_are_looked_up_in_every_launch():
    x, out = torch.full((1,), 5.0), torch.zeros(1)
    address = x.data_ptr()
    with lockstep(memory=[x]) as session:
        at[(1,)](address, out)
        assert out.item() == 5 and session.violations == ()
    with lockstep() as session:
        at[(1,)](address, out)
    assert [each.kind for each in session.violations] == [OUT_OF_BOUNDS_READ]


@pytest.mark.parametrize("chunk", [None, 1])
def test_found_memory_is_watched_as_arguments_are(chunk):
    with lockstep(chunk=chunk, poison=0xAB) as session:
        x = torch.empty(8)
        addresses = torch.tensor([x.data_ptr()])
        scatter[(2,)](addresses, 1.0, 1, 2, BLOCK=2)
        assert session.written(x).tolist() == [True] * 3 + [False] * 5
        gather[(1,)](addresses, torch.zeros(1, 4), 4, BLOCK=4)
    kinds = [(each.kind, each.count) for each in session.violations]
    assert kinds == [(WRITE_RACE, 1), (UNINITIALISED_READ, 1)]


def test_counters_behind_an_address():
    counter = torch.zeros(1, dtype=torch.int32)
    with lockstep() as session:
        count[(50,)](torch.tensor([counter.data_ptr()]))
    assert counter.item() == 50 and session.violations == ()
