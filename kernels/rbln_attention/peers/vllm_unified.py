"""vLLM's unified attention, out of a released wheel, on its own layout of the cache.

``vllm/v1/attention/ops/triton_unified_attention.py`` holds two kernels: one program for a sequence
and a head, or several that share a sequence and are merged (``segments``). vLLM takes the second
for small batches of decodes; here each is measured, and the faster counts. The new tokens are in
the cache already: vLLM appends them by another kernel, which is not measured.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from typing import Any

import torch

from conformance.contract import Operator
from conformance.subjects.released import load_released

from ...packages.releases import vllm
from ..table import KINDS, OperatorKind
from .held import held, pooled, scattered

VERSION = "0.32.0"
SLOTS = 16
"""Slots of a block, as vLLM serves."""
SEGMENTS = 16
"""`NUM_PAR_SOFTMAX_SEGMENTS` of vllm/v1/attention/backends/triton_attn.py."""

_PLAIN = vllm(
    "vllm/v1/attention/ops/triton_unified_attention.py", "unified_attention", {}, asks_cuda=True
)
RELEASE = replace(
    _PLAIN, imports={**_PLAIN.imports, "vllm.envs": "conformance_kernels.packages.vllm_envs"}
)


def prepared(kind: OperatorKind, *values: torch.Tensor, mode: str) -> Callable[[], torch.Tensor]:
    """A call of the kernel for the arguments of an operator; `mode` is "whole" or "segments"."""
    call = held(kind, values)
    rows, heads, groups, new, size = call.query.shape
    device, queries = call.query.device, heads * groups
    table = scattered(rows, -(-call.length // SLOTS), device)
    keys, cached = (pooled(each, table, SLOTS) for each in (call.keys, call.values))
    query = call.query.permute(0, 3, 1, 2, 4).reshape(rows * new, queries, size).contiguous()
    out = torch.empty_like(query)
    room = (rows, queries, SEGMENTS) if mode == "segments" else None
    given = {
        "q": query, "k": keys, "v": cached, "out": out,
        "cu_seqlens_q": torch.arange(rows + 1, dtype=torch.int32, device=device) * new,
        "max_seqlen_q": new,
        "seqused_k": torch.full((rows,), call.length, dtype=torch.int32, device=device),
        "max_seqlen_k": call.length, "softmax_scale": call.scale, "causal": True,
        "window_size": (call.window - 1, 0) if call.window else (-1, -1),
        "block_table": table.int(), "softcap": 0,
        "q_descale": None, "k_descale": None, "v_descale": None,
    }  # fmt: skip
    if room:
        given |= {
            "seq_threshold_3D": rows, "num_par_softmax_segments": SEGMENTS,
            "softmax_segm_output": torch.empty(*room, size, device=device),
            "softmax_segm_max": torch.empty(room, device=device),
            "softmax_segm_expsum": torch.empty(room, device=device),
        }  # fmt: skip
    attend = partial(_unified(), **given)
    result = out.view(rows, new, heads, groups, size).permute(0, 2, 3, 1, 4)

    def call_it() -> torch.Tensor:
        attend()
        return result

    return call_it


UNIFIED: dict[str, Callable[..., Any]] = {
    name: partial(prepared, kind)
    for name, kind in KINDS.items()
    if not kind.masked and not kind.sinks
}
"""For each operator without masks and sinks, what prepares a call."""


@cache
def _unified() -> Callable[..., Any]:
    # The operator is asked for the names of arguments, of which this release says none.
    loaded = load_released(Operator(None), RELEASE, VERSION)  # type: ignore[arg-type]
    return loaded.function
