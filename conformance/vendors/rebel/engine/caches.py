"""KV caches of a running engine: real memory for them, and what it holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from conformance.vendors.rebel.engine.compiler.memory import MEMORY

LARGE = 1e4
"""A finite value that shows wherever it gets into a sum."""


def caches_of(runner: Any) -> list[torch.Tensor]:
    """The KV caches of the runner, as it passes them to its model."""
    return [each for each in runner.kv_caches if isinstance(each, torch.Tensor)]


def fill(caches: Sequence[torch.Tensor], word: str) -> None:
    """Write ``nan`` or ``finite`` (1e4, or the largest number of the dtype) into whole caches.

    No request may own a block, and no prefix may be remembered. Raises ValueError for other words.
    """
    if word not in ("nan", "finite"):
        raise ValueError(f"caches are filled with nan or finite, not {word!r}")
    for cache in caches:
        memory = MEMORY.real(cache)
        if not memory.is_floating_point():
            raise ValueError(f"a KV cache of {memory.dtype} holds no {word} numbers")
        value = torch.nan if word == "nan" else min(LARGE, torch.finfo(memory.dtype).max)
        memory.copy_(torch.full((), value).to(memory.dtype).expand(memory.shape))


def blocks(caches: Sequence[torch.Tensor]) -> int:
    """How many blocks the kernels see: the caches are (2, NB, ...) or (NB, 2, ...)."""
    sizes = {max(cache.shape[:2]) for cache in caches}
    return max(sizes, default=0)
