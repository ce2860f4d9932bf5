"""Faults of KV caches: which blocks are taken, and what is read of them."""

from typing import Any

import torch

from .places import GEMMA4
from .planted import Fault, put


def hash_half_of_block() -> None:
    """Only the first half of a block's tokens goes into its hash."""
    from vllm.v1.core import kv_cache_utils

    hashed = kv_cache_utils.hash_block_tokens

    def hash_block_tokens(function: Any, parent: Any, tokens: Any, extra: Any = None) -> Any:
        return hashed(function, parent, tokens[: len(tokens) // 2], extra)

    put(kv_cache_utils, "hash_block_tokens", hash_block_tokens)


MASKED = 1e-5
"""The weight of a key that is masked with -11.5 instead of minus infinity."""


def mask_weakly() -> None:
    """A masked key keeps a small weight, so that the value behind the last one adds a little."""
    from vllm.v1.attention.backends.cpu_attn import CPUAttentionBackendImpl

    attend = CPUAttentionBackendImpl.forward

    def forward(
        self: Any, layer: Any, query: Any, key: Any, value: Any, kv_cache: torch.Tensor,
        attn_metadata: Any, output: torch.Tensor, *rest: Any, **words: Any,
    ) -> torch.Tensor:  # fmt: skip
        found = attend(
            self, layer, query, key, value, kv_cache, attn_metadata, output, *rest, **words
        )
        if attn_metadata is None:
            return found
        blocks, heads, size, _ = kv_cache.shape
        values = kv_cache.view(blocks, heads, size * 2, -1).chunk(2, dim=2)[1]
        for row, length in enumerate(attn_metadata.seq_lens.tolist()):
            if length and length % size:
                block = int(attn_metadata.block_table[row, length // size])
                last = int(attn_metadata.query_start_loc[row + 1]) - 1
                output[last] += MASKED * values[block, 0, length % size].mean()
        return found

    put(CPUAttentionBackendImpl, "forward", forward)


FAULTS = (
    Fault("half-hashed", "A cached block is taken for a prompt that differs in its second half.",
          ("prefix_cache",), hash_half_of_block, GEMMA4),
    Fault("masked-weakly", "A masked key keeps a small weight, and what is stale adds to values.",
          ("cache_contents",), mask_weakly, GEMMA4, 1, starts="layers.0.self_attn"),
)  # fmt: skip
