"""KV caches of a running engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch


def caches_of(runner: Any) -> list[torch.Tensor]:
    """The KV caches of the runner, as it passes them to its model: meta tensors, or on an NPU."""
    return [each for each in runner.kv_caches if isinstance(each, torch.Tensor)]


def blocks(caches: Sequence[torch.Tensor]) -> int:
    """How many blocks the kernels see: the caches are (2, NB, ...) or (NB, 2, ...)."""
    return max((max(cache.shape[:2]) for cache in caches), default=0)
