"""The operators as functions: arguments in the order of their schemas, by name."""

from collections.abc import Callable

import torch

from .calls import Paged, Window
from .table import KINDS

Attention = Callable[..., torch.Tensor]

PARAMETERS = {name: kind.arguments for name, kind in KINDS.items()}
"""Names of the arguments of each operator, in order."""


def functions(
    paged: Callable[[Paged], torch.Tensor], window: Callable[[Window], torch.Tensor]
) -> dict[str, Attention]:
    """The ten operators of the vendor and the two with sinks, computed by `paged` and `window`.

    Each takes the tensors of `PARAMETERS`, in this order or by name, and returns (NB, H, G, L, D)
    in the dtype of `query`. Those of the flash_causal_attention and sliding_window_attention
    families take `sinks` besides, by name only, which the vendor's ten operators do not have.
    """
    return {
        name: _function(name, window if name.startswith("sliding_window") else paged)
        for name in PARAMETERS
    }


def _function(name: str, implementation: Callable[..., torch.Tensor]) -> Attention:
    family, _, phase = name.rpartition("_")
    function = _FAMILIES[family](implementation, phase == "prefill")
    function.__name__ = function.__qualname__ = name
    return function


def _attention(paged, prefill):
    def attention(
        query, key, value, kv_cache, mask, seq_idx, qk_scale, block_table, dummy
    ) -> torch.Tensor:
        return paged(
            Paged(query, key, value, kv_cache, mask, qk_scale, seq_idx, block_table, None,
                  prefill=prefill, single=True)
        )  # fmt: skip

    return attention


def _causal_attention(paged, prefill):
    def causal_attention(
        query, key, value, kv_cache, seq_idx, qk_scale, block_table, dummy
    ) -> torch.Tensor:
        return paged(
            Paged(query, key, value, kv_cache, None, qk_scale, seq_idx, block_table, None,
                  prefill=prefill, single=True)
        )  # fmt: skip

    return causal_attention


def _flash_attention(paged, prefill):
    def flash_attention(
        query, key, value, kv_cache, mask, qk_scale, seq_idx, block_table, dummy0
    ) -> torch.Tensor:
        return paged(
            Paged(query, key, value, kv_cache, mask, qk_scale, seq_idx, block_table, None,
                  prefill=prefill, single=False)
        )  # fmt: skip

    return flash_attention


def _flash_causal_attention(paged, prefill):
    def flash_causal_attention(
        query, key, value, kv_cache, qk_scale, seq_idx, block_table, dummy0, *, sinks=None
    ) -> torch.Tensor:
        return paged(
            Paged(query, key, value, kv_cache, None, qk_scale, seq_idx, block_table, sinks,
                  prefill=prefill, single=False)
        )  # fmt: skip

    return flash_causal_attention


def _flash_causal_attention_sinks(paged, prefill):
    def flash_causal_attention_sinks(
        query, key, value, kv_cache, qk_scale, seq_idx, block_table, sinks
    ) -> torch.Tensor:
        return paged(
            Paged(query, key, value, kv_cache, None, qk_scale, seq_idx, block_table, sinks,
                  prefill=prefill, single=False)
        )  # fmt: skip

    return flash_causal_attention_sinks


def _sliding_window_attention(window, prefill):
    def sliding_window_attention(
        query, key, value, kv_cache, cache_seq_len, cache_offset, qk_scale, block_table, dummy,
        *, sinks=None,
    ) -> torch.Tensor:  # fmt: skip
        return window(
            Window(query, key, value, kv_cache, cache_seq_len, cache_offset, qk_scale, block_table,
                   sinks, prefill=prefill)
        )  # fmt: skip

    return sliding_window_attention


_FAMILIES = {
    "attention_naive": _attention,
    "causal_attention_naive": _causal_attention,
    "flash_attention_naive": _flash_attention,
    "flash_causal_attention_naive": _flash_causal_attention,
    "flash_causal_attention_sinks": _flash_causal_attention_sinks,
    "sliding_window_attention_naive": _sliding_window_attention,
}
