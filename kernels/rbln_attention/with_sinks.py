"""The operators with sinks, as the plugin's plain path has them: sinks, and no placeholder."""

from collections.abc import Callable, Mapping

import torch

from .names import WITH_SINKS
from .torch_attention import PLAIN as PLAIN_OPERATORS
from .triton_attention import KERNELS as TRITON_OPERATORS

Attention = Callable[..., torch.Tensor]


def _with_sinks(operators: Mapping[str, Attention]) -> dict[str, Attention]:
    return {name: _taking(operators[name.replace("_sinks_", "_naive_")]) for name in WITH_SINKS}


def _taking(attention: Attention) -> Attention:
    def with_sinks(
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        kv_cache: torch.Tensor,
        qk_scale: torch.Tensor,
        seq_idx: torch.Tensor,
        block_table: torch.Tensor,
        sinks: torch.Tensor,
    ) -> torch.Tensor:
        """As the operator of the same family without sinks; `sinks` is (H * G, S), any float."""
        return attention(
            query, key, value, kv_cache, qk_scale, seq_idx, block_table, qk_scale, sinks=sinks
        )

    return with_sinks


PLAIN = _with_sinks(PLAIN_OPERATORS)
KERNELS = _with_sinks(TRITON_OPERATORS)
