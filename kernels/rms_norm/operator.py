"""Where rms_norm is implemented."""

from conformance.contract import DEFAULT, Constant, Operator

from ..packages.releases import liger, vllm
from .contract import CONTRACT

OPERATOR = Operator(
    CONTRACT,
    subjects={"torch": "conformance_kernels.rms_norm.torch_rms_norm:rms_norm"},
    releases=(
        liger("liger_kernel/ops/rms_norm.py", "LigerRMSNormFunction.apply", {
            "X": "x", "W": "weight", "eps": "eps", "offset": Constant(0.0),
            "casting_mode": Constant("llama"), "in_place": DEFAULT, "row_mode": DEFAULT}),
        vllm("vllm/model_executor/determinism/batch_invariant.py", "rms_norm_batch_invariant", {
            "input": "x", "weight": "weight", "eps": "eps", "residual": Constant(None)}),
    ),
)  # fmt: skip
