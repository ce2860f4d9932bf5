"""The memory of outputs."""

import torch


def output_of(query: torch.Tensor) -> torch.Tensor:
    """An output (NB, H, G, L, D) for a query of that shape, not yet written.

    It lies token by token, (NB, L, H, G, D) without gaps: callers of the vendor's operators take it
    with ``.view(NB, H * G, L, D).transpose(1, 2).view(NB, L, H * G * D)`` (vllm-rbln to 0.11.0) or
    ``.view(NB * L, H * G, D)`` (later). Of dense memory the first raises for a prefill, and both do
    for several rows of several tokens.
    """
    rows, heads, groups, length, size = query.shape
    return query.new_empty((rows, length, heads, groups, size)).permute(0, 2, 3, 1, 4)
