"""What counts as written of the memory that torch allocates, and how much of it."""

import pytest
import torch

from conformance.memory.undefined import Undefined

POISON = 0xAB


@pytest.fixture
def undefined():
    """Allocated memory holds the poison and is tracked."""
    with Undefined(poison=POISON) as tracked:
        yield tracked


@pytest.mark.parametrize("poison", [-1, 256, 1.0, "1"])
def test_a_poison_is_one_byte(poison):
    with pytest.raises(ValueError, match="poison must be a byte from 0 to 255 or None, not"):
        Undefined(poison=poison)


@pytest.mark.parametrize("poison", [0, 255])
def test_every_byte_is_a_poison(poison):
    with Undefined(poison=poison):
        assert (torch.empty(5, dtype=torch.uint8) == poison).all()


@pytest.mark.parametrize(
    "allocate",
    [
        lambda x: torch.empty(2, 3),
        lambda x: torch.empty_like(x),
        lambda x: torch.empty_strided((2, 3), (4, 1)),
        lambda x: torch.empty_permuted((2, 3), (1, 0)),
        lambda x: x.new_empty((2, 3)),
        lambda x: x.new_empty_strided((2, 3), (3, 1)),
    ],
)
def test_the_whole_storage_of_an_allocated_tensor_is_undefined(undefined, allocate):
    x = torch.ones(2, 3)
    fresh = allocate(x)
    assert undefined.written(x).all() and not undefined.written(fresh).any()
    assert not undefined.shadow(fresh).data.any()
    assert bytes(fresh.untyped_storage()) == bytes([POISON]) * fresh.untyped_storage().nbytes()


def test_memory_keeps_what_it_holds_if_nobody_asked_for_poison():
    with Undefined() as undefined:
        fresh = torch.empty(3)
        assert undefined.written(fresh).tolist() == [False] * 3
        fresh.numpy()[:] = 1
        assert undefined.written(fresh).tolist() == [False] * 3


def test_nothing_is_tracked_if_nobody_asked():
    with Undefined(poison=POISON, track=False) as undefined:
        fresh = torch.empty(3, dtype=torch.uint8)
        assert (fresh == POISON).all()
        assert undefined.shadow(fresh) is None and undefined.written(fresh).all()


def test_memory_that_was_made_earlier_counts_as_written():
    earlier = torch.ones(2, 3)
    with Undefined(poison=POISON) as undefined:
        written = undefined.written(earlier)
        assert (written.dtype, written.tolist()) == (torch.bool, [[True] * 3] * 2)
        undefined.defined_where(earlier, earlier > 0)
        undefined.defined(earlier)
        assert undefined.shadow(earlier) is None


def test_what_is_written_is_told_element_by_element(undefined):
    fresh = torch.empty(2, 4, dtype=torch.int16)
    fresh[1, 1:3] = 7
    assert undefined.written(fresh).dtype == torch.bool
    assert undefined.written(fresh).tolist() == [[False] * 4, [False, True, True, False]]
    assert undefined.written(fresh.t()[1]).tolist() == [False, True]
    fresh.view(torch.uint8)[0, 0] = 1  # half of an element
    assert undefined.written(fresh)[0].tolist() == [False] * 4
    fresh.view(torch.uint8)[0, 1] = 1
    assert undefined.written(fresh)[0].tolist() == [True, False, False, False]


def test_a_tensor_without_elements_is_written(undefined):
    fresh = torch.empty(0, 3)
    assert undefined.written(fresh).shape == (0, 3)
    assert undefined.written(torch.empty(3)[:0]).shape == (0,)


def test_memory_that_lost_its_poison_is_written(undefined):
    fresh = torch.empty(4)
    fresh.numpy()[2] = 1
    assert undefined.written(fresh).tolist() == [True] * 4


def test_chosen_elements_can_be_marked_as_written(undefined):
    fresh = torch.empty(2, 3, dtype=torch.int16)
    elements = torch.tensor([[True, False], [False, True]])
    undefined.defined_where(fresh[:, 1:], elements)
    assert undefined.written(fresh).tolist() == [[False, True, False], [False, False, True]]
    undefined.defined_where(fresh, torch.zeros(2, 3, dtype=torch.bool))
    assert undefined.written(fresh).sum() == 2
    assert not undefined.shadow(fresh).complete
    undefined.defined_where(fresh, torch.ones(2, 3, dtype=torch.bool))
    assert undefined.shadow(fresh).complete


def test_elements_can_be_marked_as_written_and_undefined_in_turn(undefined):
    x = torch.ones(4)
    undefined.undefined(x[1:3])
    assert undefined.written(x).tolist() == [True, False, False, True]
    assert x.tolist() == [1.0] * 4
    undefined.defined(x[2:])
    assert undefined.written(x).tolist() == [True, False, True, True]
    undefined.undefined(x)
    assert not undefined.written(x).any()
    x.add_(1)
    assert undefined.written(x).all()


def test_marked_elements_may_change_where_nobody_sees_it(undefined):
    fresh = torch.empty(4)
    fresh[:2] = 1
    undefined.undefined(fresh[:1])
    assert undefined.written(fresh).tolist() == [False, True, False, False]


def test_memory_that_is_added_to_a_storage_is_undefined(undefined):
    fresh = torch.empty(4)
    fresh[:3] = 1
    fresh.untyped_storage().resize_(24)
    longer = fresh.as_strided((6,), (1,))
    assert undefined.written(longer).tolist() == [True] * 3 + [False] * 3
    longer[4] = 1
    assert undefined.written(longer).tolist() == [True] * 3 + [False, True, False]
    longer.numpy()[5] = 1
    assert undefined.written(longer).tolist() == [True] * 3 + [False, True, False]
    assert undefined.written(fresh).tolist() == [True] * 3 + [False]


def test_memory_that_another_tensor_is_given_is_not_written(undefined):
    fresh, other = torch.empty(4), torch.ones(4)
    other.set_(fresh)
    assert not undefined.written(fresh).any()


def test_tensors_without_memory_are_left_alone(undefined):
    large = torch.empty(1 << 50, device="meta")
    large.add_(torch.empty_like(large))
    assert large.device.type == "meta"
    assert torch.empty((2, 2), layout=torch.sparse_coo).layout is torch.sparse_coo


def test_results_of_operators_are_written(undefined):
    x, fresh = torch.ones(4), torch.empty(4)
    for result in (x + fresh, torch.cat([fresh, x]), *torch.stack([fresh, x]).max(0)):
        assert undefined.written(result).all()
    assert not undefined.written(fresh).any()


def test_a_view_of_undefined_memory_writes_nothing(undefined):
    fresh = torch.empty(2, 2)
    for view in (fresh.t(), fresh[0], fresh.view(4), fresh.expand(3, 2, 2), *fresh.split(1)):
        assert not undefined.written(view).any()


def test_an_operator_of_cpp_outside_of_pytorch_writes_its_result(undefined):
    rows = torch.arange(16.0).view(2, 8)
    packed = torch.ops.quantized.embedding_bag_byte_prepack(rows)
    unpacked = torch.ops.quantized.embedding_bag_byte_unpack(packed)
    assert torch.allclose(unpacked, rows, atol=0.1)
    assert undefined.written(packed).all() and undefined.written(unpacked).all()
