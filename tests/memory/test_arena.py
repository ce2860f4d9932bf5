"""Tensors in one piece of memory, with guards everywhere between them."""

import gc
from itertools import pairwise

import pytest
import torch

from conformance.memory.arena import ALIGNED, LEAST, Arena, Overrun, guard_of
from conformance.memory.guarded import GUARD_BYTE

SIZE = 1 << 20


@pytest.fixture
def arena():
    return Arena("cpu", SIZE)


def tensor(arena, size, label="x"):
    return torch.empty(0, dtype=torch.uint8).set_(arena.storage(size, label))


def reaching(own, offset, length=1):
    """A view of the bytes at ``offset`` from a tensor's first byte, which may be anybody's."""
    from conformance.torch_storages import storage_at

    storage = storage_at(own.data_ptr() + offset, length, own.device)
    return torch.empty(0, dtype=torch.uint8).set_(storage)


def test_a_tensor_begins_with_guard_bytes_and_is_aligned(arena):
    own = tensor(arena, 100)
    assert own.shape == (100,) and (own == GUARD_BYTE).all()
    assert own.untyped_storage().nbytes() == 100
    assert own.data_ptr() % 8 == 0
    first = arena._pieces[0].memory.data_ptr()
    assert (own.data_ptr() - first) % ALIGNED == 0


def test_what_a_tensor_holds_is_no_overrun(arena):
    one, two = tensor(arena, 100, "one"), tensor(arena, 1000, "two")
    one.fill_(1)
    two.fill_(2)
    assert arena.overruns() == []
    assert (one == 1).all() and (two == 2).all()


@pytest.mark.parametrize("offset", [100, 101, 103, 104, 111, 4096, LEAST + 5000, -1, -500])
def test_a_byte_outside_is_found_with_its_distance_and_mended(arena, offset):
    own = tensor(arena, 100, "own")
    reaching(own, offset).fill_(7)
    assert arena.overruns() == [Overrun("own", offset, 1)]
    assert arena.overruns() == []
    assert int(reaching(own, offset)) == GUARD_BYTE


def test_all_bytes_are_counted(arena):
    own = tensor(arena, 64, "own")
    reaching(own, 64, 300).fill_(0)
    assert arena.overruns() == [Overrun("own", 64, 300)]


def test_the_nearer_tensor_is_named(arena):
    one = tensor(arena, 512, "one")
    two = tensor(arena, 512, "two")
    first, second = sorted((one, two), key=lambda each: each.data_ptr())
    names = {one.data_ptr(): "one", two.data_ptr(): "two"}
    reaching(second, -3).fill_(0)
    assert arena.overruns() == [Overrun(names[second.data_ptr()], -3, 1)]
    reaching(first, 512 + 2).fill_(0)
    assert arena.overruns() == [Overrun(names[first.data_ptr()], 514, 1)]


def test_tensors_lie_apart(arena):
    own = [tensor(arena, size) for size in (1, 1000, 70_000, 5)]
    spans = sorted((t.data_ptr(), t.data_ptr() + len(t)) for t in own)
    assert all(b[0] - a[1] >= LEAST for a, b in pairwise(spans))
    assert guard_of(1 << 30) == 1 << 24


def test_memory_is_free_again_when_nobody_holds_it(arena):
    for _ in range(50):
        own = tensor(arena, 200_000)
        own.fill_(1)
        del own
        gc.collect()
    assert tensor(arena, 100).numel() == 100
    assert arena.overruns() == [] and len(arena._pieces) == 1


def test_a_view_keeps_memory(arena):
    own = tensor(arena, 200_000)
    kept = own[10:20]
    kept.fill_(3)
    del own
    for _ in range(10):
        tensor(arena, 200_000).fill_(9)
    assert (kept == 3).all()


def test_what_finds_no_room_gets_a_piece_of_its_own(arena):
    large = tensor(arena, 3 * SIZE, "large")
    small = tensor(arena, 10, "small")
    assert large.shape == (3 * SIZE,)
    reaching(large, -9).fill_(0)
    assert arena.overruns() == [Overrun("large", -9, 1)]
    del large
    assert tensor(arena, 10).numel() == 10 and small.numel() == 10
    assert len(arena._pieces) == 1


def test_an_empty_tensor_has_a_place(arena):
    assert tensor(arena, 0).numel() == 0
    assert arena.overruns() == []


def test_an_arena_knows_its_own(arena):
    own = tensor(arena, 10)
    assert arena.holds(own.untyped_storage())
    assert not arena.holds(torch.zeros(3).untyped_storage())
