"""What the compiler hands out for a graph: the plugin has it copy rows of KV caches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from conformance.vendors.rebel.engine.compiler.memory import MEMORY


class GraphRuntime:
    """A graph that runs: called with the graph's inputs, it gives the graph's outputs."""

    def __init__(self, steps: Callable[..., Any]) -> None:
        self._steps = steps
        self._caches: list[torch.Tensor] = []

    def __call__(self, *inputs: Any) -> Any:
        """Run the graph. Meta tensors are replaced by the memory that the compiler owns."""
        self._caches = [each for each in inputs if isinstance(each, torch.Tensor) and each.is_meta]
        return self._steps(*(_real(each) for each in inputs))

    def _copy_kv_cache(self, source: int, target: int, tokens: int) -> None:
        """Copy the first ``tokens`` rows of block ``source`` to block ``target`` in all caches.

        C: the plugin calls it where a prefix ends inside of a block.
        """
        for cache in self._caches:
            memory = MEMORY.real(cache)
            axis = block_axis(memory.shape)
            rows = memory.select(axis, source)[..., :tokens, :]
            memory.select(axis, target)[..., :tokens, :].copy_(rows)


def block_axis(shape: Sequence[int]) -> int:
    """The axis of blocks of a KV cache that is (2, NB, ...) or (NB, 2, ...).

    Raises ValueError for a cache of two blocks, where nobody can tell.
    """
    if shape[0] == shape[1]:
        raise ValueError(f"which axis counts blocks in a KV cache of shape {tuple(shape)}?")
    return 1 if shape[0] == 2 else 0


def _real(value: Any) -> Any:
    return MEMORY.real(value) if isinstance(value, torch.Tensor) else value
