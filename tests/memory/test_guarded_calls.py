"""New tensors of a subject lie between guards, and are what torch makes of them."""

import pytest
import torch

from conformance.memory.arena import Arena
from conformance.memory.guarded_calls import NEW, GuardedCalls
from conformance.torch_storages import storage_at


@pytest.fixture
def arena():
    return Arena("cpu", 1 << 22)


def write(address, byte=0):
    torch.empty(0, dtype=torch.uint8).set_(storage_at(address, 1, torch.device("cpu"))).fill_(byte)


MAKING = {
    "empty": lambda x: torch.empty(3, 4, dtype=torch.float16),
    "empty_like": lambda x: torch.empty_like(x),
    "new_empty": lambda x: x.new_empty(5),
    "empty_strided": lambda x: torch.empty_strided((3, 4), (1, 3)),
    "zeros": lambda x: torch.zeros(7),
    "ones_like": lambda x: torch.ones_like(x),
    "full": lambda x: torch.full((2, 3), 5),
    "new_zeros": lambda x: x.new_zeros(4),
}


@pytest.mark.parametrize("make", MAKING.values(), ids=MAKING)
def test_a_write_past_a_new_tensor_is_found(arena, make):
    x = torch.arange(12.0).reshape(3, 4)
    with GuardedCalls(arena, poison=0):
        made = make(x)
    size = made.untyped_storage().nbytes()
    assert arena.overruns() == []
    write(made.data_ptr() + size + 3)
    (found,) = arena.overruns()
    assert (found.label, found.offset, found.count) == (NEW, size + 3, 1)


@pytest.mark.parametrize("make", MAKING.values(), ids=MAKING)
def test_a_new_tensor_is_as_torch_makes_it(arena, make):
    x = torch.arange(12.0).reshape(3, 4).t()
    plain = make(x)
    with GuardedCalls(arena, poison=0):
        made = make(x)
    assert (made.shape, made.stride(), made.dtype) == (plain.shape, plain.stride(), plain.dtype)
    assert made.untyped_storage().nbytes() == plain.untyped_storage().nbytes()
    if make not in (MAKING[name] for name in MAKING if "empty" in name):
        assert torch.equal(made, plain)


def test_fresh_memory_holds_the_poison(arena):
    with GuardedCalls(arena, poison=0x7B):
        made = torch.empty(100, dtype=torch.uint8)
    assert (made == 0x7B).all()


def test_a_tensor_can_be_resized(arena):
    with GuardedCalls(arena, poison=1):
        made = torch.zeros(4)
        made += 1
        made.resize_(10_000)
        made[4:] = 2
    assert made[:4].tolist() == [1.0] * 4 and made.shape == (10_000,)
    assert arena.overruns() == []


def test_other_devices_and_views_are_left_alone(arena):
    with GuardedCalls(arena, poison=1):
        meta = torch.empty(4, device="meta")
        view = torch.zeros(4)[1:]
        sum_ = view + 1
    assert meta.is_meta and view.tolist() == [0, 0, 0] and sum_.tolist() == [1, 1, 1]


def test_tensors_of_inference_and_of_gradients_are_guarded(arena):
    with GuardedCalls(arena, poison=1), torch.inference_mode():
        made = torch.empty(4)
    assert arena.holds(made.untyped_storage())
    with GuardedCalls(arena, poison=1):
        leaf = torch.zeros(4, requires_grad=True)
    assert arena.holds(leaf.untyped_storage()) and leaf.requires_grad
