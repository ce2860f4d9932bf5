"""Calls of the operators in C++ of vLLM's CPU build, as vLLM's own Python makes them.

The conventions are those of ``vllm/_custom_ops.py`` and of the modules that call the operators. The
kernels take addresses as those of dense tensors and check little: so tensors stay dense, and only
sizes that no index and no number depends on are varied. Rows have elements: with none, the
activations and norms of 0.32.0 divide by zero, which ends the process. Left out is
`cpu_attention_with_kv_cache`: a copy of its `scheduler_metadata`, a structure of C++, ends it too.
"""

from collections.abc import Callable, Mapping
from typing import Any

import torch

from conformance.registrations.calls.example import Example

TOKENS, HIDDEN = 5, 64
HEADS, HEAD_SIZE, POSITIONS = 4, 16, 32


def _random(*shape: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    generator = torch.Generator().manual_seed(sum(shape))
    return torch.randn(shape, generator=generator).to(dtype)


def _dense(*sizes: int, **values: Any) -> Example:
    return Example(values, frozenset(sizes), layouts=False)


def _of_one_dtype(**values: Any) -> Example:
    """The kernel takes the addresses of caches for those of elements of the new tokens' dtype."""
    return Example(values, frozenset(), layouts=False, dtypes=False)


def _activation() -> Example:
    return _dense(
        TOKENS, out=torch.zeros(TOKENS, HIDDEN), input=_random(TOKENS, HIDDEN)
    )  # fmt: skip


def _gated() -> Example:
    """Half of a row is the gate."""
    return _dense(TOKENS, out=torch.zeros(TOKENS, HIDDEN), input=_random(TOKENS, 2 * HIDDEN))


def _rms_norm() -> Example:
    return _dense(
        TOKENS, out=torch.zeros(TOKENS, HIDDEN), input=_random(TOKENS, HIDDEN),
        weight=_random(HIDDEN), epsilon=1e-6,
    )  # fmt: skip


def _fused_add_rms_norm() -> Example:
    return _dense(
        TOKENS, input=_random(TOKENS, HIDDEN), residual=_random(TOKENS, HIDDEN),
        weight=_random(HIDDEN), epsilon=1e-6,
    )  # fmt: skip


def _rotary_embedding() -> Example:
    return _dense(
        TOKENS, positions=torch.tensor([0, 3, 7, 1, 30]), query=_random(TOKENS, HEADS * HEAD_SIZE),
        key=_random(TOKENS, 2 * HEAD_SIZE), head_size=HEAD_SIZE,
        cos_sin_cache=_random(POSITIONS, HEAD_SIZE), is_neox=True,
    )  # fmt: skip


def _static_int8() -> Example:
    return _dense(
        TOKENS, out=torch.zeros(TOKENS, HIDDEN, dtype=torch.int8),
        input=_random(TOKENS, HIDDEN), scale=torch.tensor([0.05]), azp=None,
    )  # fmt: skip


def _dynamic_int8() -> Example:
    return _dense(
        TOKENS, out=torch.zeros(TOKENS, HIDDEN, dtype=torch.int8),
        input=_random(TOKENS, HIDDEN), scale=torch.zeros(TOKENS, 1), azp=None,
    )  # fmt: skip


def _concat_and_cache_mla() -> Example:
    """Blocks of 16 slots; a slot of -1 is padding."""
    return _of_one_dtype(
        kv_c_normed=_random(TOKENS, 32, dtype=torch.bfloat16),
        k_pe=_random(TOKENS, HEAD_SIZE, dtype=torch.bfloat16),
        kv_cache=_random(3, 16, 32 + HEAD_SIZE, dtype=torch.bfloat16),
        slot_mapping=torch.tensor([0, 17, -1, 47, 5]),
    )  # fmt: skip


def _reshape_and_cache() -> Example:
    """Caches of (blocks, heads, slots, head size), 32 slots in a block."""
    return _of_one_dtype(
        key=_random(TOKENS, 2, 32), value=_random(TOKENS, 2, 32), key_cache=_random(3, 2, 32, 32),
        value_cache=_random(3, 2, 32, 32), slot_mapping=torch.tensor([0, 33, 64, 95, 5]),
        isa="vec",
    )  # fmt: skip


def _scheduler_metadata() -> Example:
    return _of_one_dtype(
        num_req=2, num_heads_q=HEADS, num_heads_kv=2, head_dim=32,
        seq_lens=torch.tensor([7, 40], dtype=torch.int32), dtype=torch.float32,
        query_start_loc=torch.tensor([0, 2, 5], dtype=torch.int32), casual=True, window_size=-1,
        isa_hint="vec", enable_kv_split=False, dynamic_causal=None,
    )  # fmt: skip


def _slot_mapping() -> Example:
    return _dense(
        query_start_loc=torch.tensor([0, 2, 5], dtype=torch.int32),
        positions=torch.tensor([3, 4, 16, 17, 18]),
        block_table=torch.tensor([[4, 1], [0, 2]], dtype=torch.int32),
        slot_mapping=torch.zeros(TOKENS, dtype=torch.int64), block_size=16,
    )  # fmt: skip


def _greedy_argmax() -> Example:
    return _dense(TOKENS, logits=_random(TOKENS, HIDDEN))


def _gumbel_argmax() -> Example:
    seeds = torch.tensor([1, 5, 9, 2, 7])
    return _dense(TOKENS, logits=_random(TOKENS, HIDDEN), seeds=seeds)


def _expand() -> Example:
    return _dense(
        output=torch.zeros(TOKENS, dtype=torch.int64), input=torch.tensor([3, 8]),
        cu_num_tokens=torch.tensor([2, 5]), replace_from=8, replace_to=1,
    )  # fmt: skip


def _gdn_gating() -> Example:
    return _dense(
        TOKENS, A_log=_random(32), a=_random(TOKENS, 32, dtype=torch.bfloat16),
        b=_random(TOKENS, 32, dtype=torch.bfloat16), dt_bias=_random(32, dtype=torch.bfloat16),
    )  # fmt: skip


def _biased_topk() -> Example:
    return _dense(
        TOKENS, hidden_states=_random(TOKENS, HIDDEN, dtype=torch.bfloat16),
        gating_output=_random(TOKENS, 256, dtype=torch.bfloat16),
        correction_bias=_random(256, dtype=torch.bfloat16), topk=8, renormalize=True,
        scoring_func="sigmoid", num_fused_shared_experts=0, routed_scaling_factor=1.0,
        apply_routed_scaling_factor_on_output=False,
    )  # fmt: skip


def _mla_decode() -> Example:
    """Latent vectors of 512 + 64 elements in blocks of 16 slots."""
    return _of_one_dtype(
        out=torch.zeros(2, 16, 512), query=_random(2, 16, 576), kv_cache=_random(3, 16, 576),
        scale=0.04, block_tables=torch.tensor([[1, 0], [0, 2]], dtype=torch.int32),
        seq_lens=torch.tensor([7, 20], dtype=torch.int32),
    )  # fmt: skip


def _packed_weight() -> Example:
    return _dense(weight=_random(32, 64, dtype=torch.bfloat16))


def _packed_filter() -> Example:
    return _dense(weight=_random(64, 4, dtype=torch.bfloat16))


def _packed_linear() -> Example:
    weight = torch.ops._C.convert_weight_packed(_random(32, 64, dtype=torch.bfloat16))
    return _dense(
        out=torch.zeros(TOKENS, 32, dtype=torch.bfloat16),
        mat1=_random(TOKENS, 64, dtype=torch.bfloat16), mat2=weight, bias=None,
        is_vnni=True,
    )  # fmt: skip


def _bmm() -> Example:
    return _dense(
        out=torch.zeros(2, TOKENS, 32, dtype=torch.bfloat16),
        mat1=_random(2, TOKENS, 64, dtype=torch.bfloat16),
        mat2=_random(2, 32, 64, dtype=torch.bfloat16), is_vnni=False, scale=None,
    )  # fmt: skip


EXAMPLES: Mapping[str, Callable[[], Example]] = {
    "_C::rms_norm": _rms_norm,
    "_C::fused_add_rms_norm": _fused_add_rms_norm,
    "_C::silu_and_mul": _gated,
    "_C::gelu_and_mul": _gated,
    "_C::gelu_tanh_and_mul": _gated,
    "_C::gelu_new": _activation,
    "_C::gelu_fast": _activation,
    "_C::gelu_quick": _activation,
    "_C::gelu_tanh": _activation,
    "_C::rotary_embedding": _rotary_embedding,
    "_C::static_scaled_int8_quant": _static_int8,
    "_C::dynamic_scaled_int8_quant": _dynamic_int8,
    "_C::concat_and_cache_mla_cpu": _concat_and_cache_mla,
    "_C::cpu_attn_reshape_and_cache": _reshape_and_cache,
    "_C::get_scheduler_metadata": _scheduler_metadata,
    "_C::compute_slot_mapping_kernel_impl": _slot_mapping,
    "_C::greedy_argmax": _greedy_argmax,
    "_C::fused_gumbel_argmax": _gumbel_argmax,
    "_C::expand_kernel_impl": _expand,
    "_C::fused_gdn_gating_cpu": _gdn_gating,
    "_C::biased_topk_cpu": _biased_topk,
    "_C::mla_decode_kvcache": _mla_decode,
    "_C::convert_weight_packed": _packed_weight,
    "_C::causal_conv1d_weight_pack": _packed_filter,
    "_C::weight_packed_linear": _packed_linear,
    "_C::bmm_cpu": _bmm,
}
"""A call for each operator that can be called here, by name."""
