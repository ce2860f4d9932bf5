"""Tensors whose address was asked for are known for as long as their memory lives."""

import pytest
import torch

from conformance.memory.addresses import Addresses, Place, place_of


@pytest.fixture
def addresses():
    """What notes every address that is asked for."""
    noted = Addresses()
    with noted.watching():
        yield noted


def covered(place: Place) -> tuple[int, int]:
    """Bytes of the storage that lie in front of the place, and those of the place itself."""
    return place.start - place.storage.data_ptr(), place.stop - place.start


def test_a_view_covers_the_bytes_from_its_first_to_its_last_element():
    x = torch.zeros(24, dtype=torch.int16)
    assert covered(place_of(x)) == (0, 48)
    assert covered(place_of(x[3:5])) == (6, 4)
    assert covered(place_of(x.as_strided((2, 3), (10, 2), 1))) == (2, 2 * (10 + 4 + 1))
    assert covered(place_of(x[7:8].expand(4))) == (14, 2)
    assert covered(place_of(x[5])) == (10, 2)
    assert covered(place_of(x[2:2])) == (4, 0)


def test_a_place_says_what_lies_there():
    assert place_of(torch.zeros(2, 3, dtype=torch.bfloat16)).what == "bfloat16 tensor (2, 3)"


def test_the_tensor_of_a_place_is_the_same_memory():
    x = torch.arange(12.0)
    view = x.as_strided((2, 2), (6, 2), 1)
    tensor = place_of(view).tensor()
    assert (tensor.dtype, tensor.stride(), tensor.storage_offset()) == (torch.float32, (6, 2), 1)
    assert tensor.tolist() == [[1.0, 3.0], [7.0, 9.0]]
    tensor.fill_(0)
    assert x.sum() == sum(range(12)) - 20
    assert place_of(torch.empty(3, device="meta")).tensor().device.type == "meta"


def test_nobody_has_written_to_the_tensor_of_a_place_yet():
    assert place_of(torch.ones(2).add_(1)).tensor()._version == 0


def test_every_view_that_was_asked_for_is_known_once(addresses):
    x = torch.zeros(8)
    for tensor in (x, x[2:4], x[2:4], x.view(torch.int32)):
        tensor.data_ptr()
    assert [place.what for place in addresses.places()] == [
        "float32 tensor (8,)",
        "float32 tensor (2,)",
        "int32 tensor (8,)",
    ]
    assert all(place.storage.data_ptr() == x.data_ptr() for place in addresses.places())


def test_a_storage_is_known_as_all_its_bytes(addresses):
    x = torch.zeros(3)
    x.untyped_storage().data_ptr()
    (place,) = addresses.places()
    assert place.what == "uint8 tensor (12,)"
    assert covered(place) == (0, 12)


def test_a_view_may_be_gone_before_its_memory(addresses):
    x = torch.zeros(8)
    x[2:4].data_ptr()
    assert [place.what for place in addresses.places()] == ["float32 tensor (2,)"]


@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor")
@pytest.mark.parametrize(
    "made",
    [
        lambda: torch.zeros(3, device="meta"),
        lambda: torch.zeros(0),
        lambda: torch.zeros(2, 0),
        lambda: torch.quantize_per_tensor(torch.ones(2), 1.0, 0, torch.quint8),
    ],
    ids=["meta", "empty", "empty rows", "quantised"],
)
def test_what_no_kernel_can_reach_is_not_noted(addresses, made):
    tensor = made()
    tensor.data_ptr()
    assert addresses.places() == []


def test_nothing_is_noted_when_nobody_watches():
    addresses, x = Addresses(), torch.zeros(3)
    x.data_ptr()
    with addresses.watching():
        pass
    x.data_ptr()
    assert addresses.places() == []


def test_freed_memory_is_forgotten_when_somebody_looks(addresses):
    kept = torch.zeros(3)
    kept.data_ptr()
    for length in range(1, 6):
        torch.zeros(length).data_ptr()
    assert [place.what for place in addresses.places()] == ["float32 tensor (3,)"]
    assert len(addresses._asked) == 1


def test_what_is_freed_takes_no_more_than_256_places(addresses):
    kept = torch.zeros(3)
    kept.data_ptr()
    most = 0
    for _ in range(600):
        torch.zeros(1).data_ptr()
        most = max(most, len(addresses._asked))
    assert most == 256
    assert [place.what for place in addresses.places()] == ["float32 tensor (3,)"]


def test_all_that_live_are_known_however_many(addresses):
    kept = [torch.zeros(2) for _ in range(700)]
    for tensor in kept:
        tensor.data_ptr()
    assert len(addresses.places()) == 700
