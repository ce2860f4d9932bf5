"""The names of the operators, for those who must not import torch to know them."""

FAMILY = (
    "attention_naive_prefill",
    "attention_naive_decode",
    "causal_attention_naive_prefill",
    "causal_attention_naive_decode",
    "flash_attention_naive_prefill",
    "flash_attention_naive_decode",
    "flash_causal_attention_naive_prefill",
    "flash_causal_attention_naive_decode",
    "sliding_window_attention_naive_prefill",
    "sliding_window_attention_naive_decode",
)

WITH_SINKS = (
    "flash_causal_attention_sinks_prefill",
    "flash_causal_attention_sinks_decode",
)
"""Operators of the plugin's plain path, which take sinks and let a chunk cross blocks."""
