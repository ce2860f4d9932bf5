"""Writing new keys and values into a paged cache, in plain torch."""

import torch


def reshape_and_cache(
    key: torch.Tensor,
    value: torch.Tensor,
    key_cache: torch.Tensor,
    value_cache: torch.Tensor,
    slot_mapping: torch.Tensor,
) -> None:
    """Write token t of ``key`` and ``value`` (T, H, D) to slot ``slot_mapping[t]`` of the caches.

    Caches are (blocks, slots, H, D), slots are numbered through all blocks; -1 is padding.
    """
    kept = slot_mapping >= 0
    write(key_cache, key[kept], slot_mapping[kept])
    write(value_cache, value[kept], slot_mapping[kept])


def write(cache: torch.Tensor, new: torch.Tensor, slots: torch.Tensor) -> None:
    """Write ``new`` (n, H, D) to the slots of a cache, whatever its strides."""
    block_size = cache.shape[1]
    cache[slots // block_size, slots % block_size] = new.to(cache.dtype)
