"""What memory of KV caches holds that no request has written."""

from collections.abc import Iterable

import torch

FILLINGS = {"zero": 0.0, "finite": 1e4, "nan": float("nan")}
"""Numbers by word. ``finite`` and ``nan`` each show reads that the other one hides; fresh memory
is ``zero``."""


def fill(caches: Iterable[torch.Tensor], word: str) -> None:
    """Write the word's number into all caches; integers, such as fp8 as bytes, get their like.

    Only while no request runs and no block is kept for a prefix. Raises ValueError for other words.
    """
    if word not in FILLINGS:
        raise ValueError(f"caches are filled with one of {', '.join(FILLINGS)}, not {word!r}")
    number = FILLINGS[word]
    for cache in caches:
        if cache.dtype.is_floating_point:
            largest = torch.finfo(cache.dtype).max
            cache.fill_(number if number != number else min(number, largest))
        else:
            # As fp8e4nv 0x7f is NaN and 0x7e the largest number.
            cache.fill_(0 if not number else 0x7F if number != number else 0x7E)
