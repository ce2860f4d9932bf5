"""Where merge_attn_states is implemented."""

from conformance.contract import Constant, Measured, Operator

from ..packages.peers import compiled, released
from ..packages.releases import sglang, vllm
from .contract import CONTRACT

_SAME = {argument.name: argument.name for argument in CONTRACT.arguments}

TORCH = "conformance_kernels.merge_attn_states.torch_merge:merge"

MEASURED = Measured(
    points=tuple(
        {"T": tokens, "H": 32, "D": 128, "dtype": "bfloat16"} for tokens in (1, 64, 2048, 16384)
    ),
    along="T",
    along_meaning="tokens",
    peers=(compiled(TORCH), *released("vllm", "sglang")),
)

OPERATOR = Operator(
    CONTRACT,
    subjects={"torch": TORCH},
    releases=(
        vllm("vllm/v1/attention/ops/triton_merge_attn_states.py", "merge_attn_states", {
            "output": "output", "prefix_output": "prefix_output", "prefix_lse": "prefix_lse",
            "suffix_output": "suffix_output", "suffix_lse": "suffix_lse",
            "output_lse": "output_lse", "prefill_tokens_with_context": Constant(None),
            "output_scale": Constant(None)}),
        sglang("sglang/kernels/ops/attention/merge_state.py", "merge_state_triton", _SAME,
               adapter="conformance_kernels.merge_attn_states.sglang:heads_first"),
    ),
    measured=MEASURED,
)  # fmt: skip
