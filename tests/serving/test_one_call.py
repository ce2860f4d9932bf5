"""The arguments of a call that is watched by a tool: nothing is behind them."""

import pytest
import torch

from conformance.serving.one_call import alone


def placed(shape, strides, offset, dtype=torch.float32):
    """A tensor in the middle of a larger storage."""
    memory = torch.arange(1000).to(dtype)
    return memory.as_strided(shape, strides, offset)


@pytest.mark.parametrize(
    ("shape", "strides", "offset"),
    [((4, 8), (8, 1), 64), ((4, 8), (16, 1), 64), ((8, 4), (1, 8), 64), ((5,), (3,), 7),
     ((3, 4), (0, 1), 65), ((), (), 66), ((1, 1), (50, 50), 67)],
)  # fmt: skip
@pytest.mark.parametrize("dtype", [torch.float32, torch.int16, torch.float64])
def test_memory_ends_with_the_last_element(shape, strides, offset, dtype):
    tensor = placed(shape, strides, offset, dtype)
    own = alone(tensor)
    assert own.shape == tensor.shape and own.stride() == tensor.stride()
    assert torch.equal(own, tensor)
    last = own.storage_offset() + sum((n - 1) * s for n, s in zip(shape, strides, strict=True))
    assert own.untyped_storage().nbytes() == (last + 1) * dtype.itemsize
    assert own.storage_offset() < 16
    assert (own.data_ptr() - tensor.data_ptr()) % 16 == 0


def test_an_empty_tensor_stays():
    empty = torch.empty(0, 3)
    assert alone(empty) is empty
