"""Writing into a paged cache waits for no device: no size follows from contents."""

import pytest
import torch
from conformance_kernels.reshape_and_cache.torch_cache import reshape_and_cache
from torch._subclasses import FakeTensorMode

SLOTS = ([], [-1, -1], [0, 5, 2], [-1, 3, -1, 0], [7, -1])


def tensors(slots):
    generator = torch.Generator().manual_seed(0)
    new = [torch.randn(len(slots), 2, 3, generator=generator) for _ in range(2)]
    caches = [torch.randn(2, 4, 2, 3, generator=generator) for _ in range(2)]
    return *new, *caches, torch.tensor(slots, dtype=torch.int64)


@pytest.mark.parametrize("slots", SLOTS)
def test_tokens_go_to_their_slots_and_padding_nowhere(slots):
    key, value, key_cache, value_cache, mapping = tensors(slots)
    wanted = [cache.clone() for cache in (key_cache, value_cache)]
    for new, cache in zip((key, value), wanted, strict=True):
        for token, slot in enumerate(slots):
            if slot >= 0:
                cache.view(8, 2, 3)[slot] = new[token]
    assert reshape_and_cache(key, value, key_cache, value_cache, mapping) is None
    assert torch.equal(key_cache, wanted[0]) and torch.equal(value_cache, wanted[1])


@pytest.mark.parametrize("slots", SLOTS)
def test_nothing_depends_on_what_only_the_device_knows(slots):
    with FakeTensorMode(allow_non_fake_inputs=False) as mode:
        # Raises where a size or a branch follows from what a tensor holds.
        reshape_and_cache(*(mode.from_tensor(each) for each in tensors(slots)))
