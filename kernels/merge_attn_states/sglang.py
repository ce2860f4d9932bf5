"""SGLang keeps log-sum-exps by tokens, (T, H), vLLM and the contract by heads, (H, T)."""

from collections.abc import Callable
from typing import Any

import torch


def heads_first(merge_state: Callable[..., Any]) -> Callable[..., None]:
    """SGLang's function for the contract's arguments: the log-sum-exps are copied both ways."""

    def merge(
        prefix_output: torch.Tensor,
        prefix_lse: torch.Tensor,
        suffix_output: torch.Tensor,
        suffix_lse: torch.Tensor,
        output: torch.Tensor,
        output_lse: torch.Tensor | None = None,
    ) -> None:
        prefix, suffix = prefix_lse.T.contiguous(), suffix_lse.T.contiguous()
        # Without memory for the log-sum-exp SGLang takes some of its own.
        written = None if output_lse is None else torch.empty_like(prefix)
        merge_state(prefix_output, prefix, suffix_output, suffix, output, written)
        if output_lse is not None and written is not None:
            output_lse.copy_(written.T)

    return merge
