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

    Caches are (blocks, slots, H, D), slots are numbered through all blocks; -1 is padding. Nothing
    waits for the device, so that the call can be captured into a graph: padding writes once more
    what the first token writes that is none, or what stands there already if all is padding.
    """
    if slot_mapping.numel() == 0:
        return
    kept = slot_mapping >= 0
    everyone = torch.arange(len(kept), device=kept.device)
    tokens = torch.where(kept, everyone, kept.to(torch.int8).argmax())
    slots, is_token = slot_mapping[tokens].clamp(min=0), kept[tokens, None, None]
    for cache, new in ((key_cache, key), (value_cache, value)):
        held = cache[_places(cache, slots)]
        write(cache, torch.where(is_token, new[tokens].to(cache.dtype), held), slots)


def write(cache: torch.Tensor, new: torch.Tensor, slots: torch.Tensor) -> None:
    """Write ``new`` (n, H, D) to the slots of a cache, whatever its strides."""
    cache[_places(cache, slots)] = new.to(cache.dtype)


def _places(cache: torch.Tensor, slots: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return slots // cache.shape[1], slots % cache.shape[1]
