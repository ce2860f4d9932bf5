"""Whole storages are compared bit for bit: what allclose takes for equal is seen."""

import pytest
import torch

from conformance.registrations.stored import (
    Changed,
    bytes_of,
    changes,
    differing,
    elements_of,
    same_bytes,
    snapshot,
)


def changed_by(tensor, write):
    """What :func:`changes` says of a tensor that is written in between."""
    before = snapshot({"x": tensor})
    write(tensor)
    return changes({"x": tensor}, before).get("x")


def test_an_int64_id_that_moves_by_5_is_seen():
    ids = torch.tensor([3, 1_000_000, 7])
    assert torch.allclose(ids, ids + torch.tensor([0, 5, 0]))
    assert changed_by(ids, lambda x: x[1:2].add_(5)) == Changed(elements=1, first=8)


def test_a_zero_that_changes_its_sign_is_seen():
    x = torch.tensor([1.0, 0.0, 2.0])
    assert changed_by(x, lambda x: x[1:2].neg_()) == Changed(elements=1, first=7)
    assert not same_bytes(torch.tensor([0.0]), torch.tensor([-0.0]))


def test_a_nan_is_equal_to_a_nan_of_the_same_bits_only():
    quiet, other = (torch.tensor([bits], dtype=torch.int32) for bits in (0x7FC00000, 0x7FC00001))
    quiet, other = quiet.view(torch.float32), other.view(torch.float32)
    assert bool(quiet.isnan()) and bool(other.isnan())
    assert same_bytes(quiet, quiet.clone())
    assert not same_bytes(quiet, other)
    assert changed_by(quiet.clone(), lambda x: x.copy_(other)) == Changed(elements=1)


def test_a_write_of_the_same_bits_is_no_change():
    assert changed_by(torch.arange(4.0), lambda x: x.copy_(torch.arange(4.0))) is None


@pytest.mark.parametrize(
    ("place", "first"), [(1, -4), (6, 16), (0, -8), (7, 20)],
    ids=["before", "behind", "first", "last"],
)  # fmt: skip
def test_a_write_beside_a_view_is_told_apart_from_one_to_its_elements(place, first):
    whole = torch.zeros(8)
    view = whole[2:6]
    found = changed_by(view, lambda x: whole[place : place + 1].fill_(7))
    assert (found.elements, found.beyond) == (0, 1)
    assert found.first // 4 * 4 == first


def test_a_write_between_the_rows_of_a_view_is_beyond_it():
    whole = torch.zeros(3, 4)
    found = changed_by(whole[:, :2], lambda x: whole.fill_(1))
    assert (found.elements, found.beyond) == (6, 6)


def test_elements_are_those_bytes_of_the_storage_that_a_view_shows():
    whole = torch.zeros(6, dtype=torch.int16)
    assert elements_of(whole[1:5:2]).view(-1, 2).all(1).tolist() == [
        False, True, False, True, False, False,
    ]  # fmt: skip
    assert not elements_of(whole[:0]).any()


def test_a_storage_that_is_no_multiple_of_the_element_has_all_its_bytes():
    storage = torch.zeros(11, dtype=torch.uint8)
    x = torch.empty(0, dtype=torch.int32).set_(storage.untyped_storage(), 0, (2,), (1,))
    assert len(bytes_of(x)) == len(elements_of(x)) == 11
    found = changed_by(x, lambda x: storage[9:].fill_(1))
    assert (found.elements, found.beyond) == (0, 1)


def test_a_storage_of_another_size_is_a_change():
    x = torch.zeros(4)
    assert changed_by(x, lambda x: x.untyped_storage().resize_(32)).beyond == 16


def test_bytes_are_a_copy():
    x = torch.zeros(2)
    before = bytes_of(x)
    x.fill_(1)
    assert not before.any()


def test_strides_make_no_difference_and_shape_and_dtype_do():
    x = torch.arange(6.0).view(2, 3)
    assert same_bytes(x, x.t().contiguous().t())
    assert not same_bytes(x, x.view(3, 2))
    assert not same_bytes(torch.zeros(2), torch.zeros(2, dtype=torch.int32))


@pytest.mark.parametrize(
    "dtype", [torch.bool, torch.int8, torch.bfloat16, torch.float8_e4m3fn, torch.complex64]
)
def test_elements_that_differ_are_found_in_every_dtype(dtype):
    a = torch.zeros(2, 2).to(dtype)
    b = torch.tensor([[0.0, 1.0], [0.0, 0.0]]).to(dtype)
    assert differing(a, b).tolist() == [[False, True], [False, False]]


def test_views_that_conjugate_or_negate_are_compared_as_what_they_show():
    x = torch.tensor([1 + 2j, 3 - 4j])
    assert same_bytes(x.conj(), x.conj().resolve_conj())
    assert same_bytes(x.conj().imag, -x.imag)


def test_scalars_and_empty_tensors_are_compared():
    assert differing(torch.tensor(1.0), torch.tensor(2.0)).tolist() is True
    assert same_bytes(torch.empty(0, 3), torch.empty(0, 3))
    assert differing(torch.empty(0, 3), torch.empty(0, 3)).shape == (0, 3)
