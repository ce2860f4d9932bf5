"""Where rms_norm is implemented."""

from conformance.contract import DEFAULT, Constant, Measured, Operator

from ..packages.peers import compiled, released
from ..packages.releases import liger, vllm
from .contract import CONTRACT

TORCH = "conformance_kernels.rms_norm.torch_rms_norm:rms_norm"

MEASURED = Measured(
    points=tuple({"M": rows, "N": 4096, "dtype": "bfloat16"} for rows in (1, 64, 2048, 16384)),
    along="M",
    along_meaning="rows",
    peers=(compiled(TORCH), *released("liger-kernel", "vllm")),
)

OPERATOR = Operator(
    CONTRACT,
    subjects={"torch": TORCH},
    releases=(
        liger("liger_kernel/ops/rms_norm.py", "LigerRMSNormFunction.apply", {
            "X": "x", "W": "weight", "eps": "eps", "offset": Constant(0.0),
            "casting_mode": Constant("llama"), "in_place": DEFAULT, "row_mode": DEFAULT}),
        vllm("vllm/model_executor/determinism/batch_invariant.py", "rms_norm_batch_invariant", {
            "input": "x", "weight": "weight", "eps": "eps", "residual": Constant(None)}),
    ),
    measured=MEASURED,
)  # fmt: skip
