"""Calls of the operators, whichever it is: arguments by name, without the ones that are ignored.

`arguments` tells right ones from wrong ones. Strides are anybody's choice throughout.
"""

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Paged:
    """A call of an attention, causal_attention, flash_attention or flash_causal_attention operator.

    NB rows of the batch, H key heads, G query heads for each, L new tokens, D elements of a head,
    B blocks of P tokens, NP partitions of a sequence.
    """

    query: torch.Tensor
    """(NB, H, G, L, D) float32, bfloat16 or float16."""
    key: torch.Tensor
    """(NB, H, 1, L, D), dtype of `query`: the new tokens."""
    value: torch.Tensor
    """As `key`."""
    kv_cache: torch.Tensor
    """(2, B, H, 1, P, D) float32, bfloat16 or float16, keys before values; written in place."""
    mask: torch.Tensor | None
    """(NB, 1, 1, L, NP * P), floating: above 0 is visible. None for the causal operators."""
    qk_scale: torch.Tensor
    """(), floating: factor on query times key."""
    seq_idx: torch.Tensor
    """(NB, NP) or (NB, 1), int16 or int32: each row sums to the tokens that the cache holds."""
    block_table: torch.Tensor
    """(NP,) in prefill, (NB, NP) in decode, int16 or int32: 0 stands for no block."""
    sinks: torch.Tensor | None
    """(H * G, S), floating: logits that take their share of the softmax, unscaled."""
    prefill: bool
    """Whether the call is a prefill, of one row with a table of one axis."""
    single: bool
    """Whether the operator knows one partition only."""


@dataclass(frozen=True)
class Window:
    """A call of a sliding_window_attention operator; sizes as in `Paged`, W the window."""

    query: torch.Tensor
    """(NB, H, G, L, D) float32, bfloat16 or float16."""
    key: torch.Tensor
    """(NB, H, 1, L, D), dtype of `query`: the new tokens."""
    value: torch.Tensor
    """As `key`."""
    kv_cache: torch.Tensor
    """(2, B, H, 1, W, D) float32, bfloat16 or float16, oldest token first; written in place."""
    cache_seq_len: torch.Tensor
    """(NB, 1), int16 or int32: tokens that the window holds, at most W."""
    cache_offset: torch.Tensor
    """(NB, 1), int16 or int32: `cache_seq_len` and the real ones of the L new tokens."""
    qk_scale: torch.Tensor
    """(), floating: factor on query times key."""
    block_table: torch.Tensor
    """(1,) in prefill, (NB, 1) in decode, int16 or int32: 0 stands for no block."""
    sinks: torch.Tensor | None
    """(H * G, S), floating: logits that take their share of the softmax, unscaled."""
    prefill: bool
    """Whether the call is a prefill, of one row with a table of one axis."""
