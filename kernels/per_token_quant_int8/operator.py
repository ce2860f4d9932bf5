"""Where per_token_quant_int8 is implemented."""

from conformance.contract import DEFAULT, Measured, Operator

from ..packages.peers import compiled, released
from ..packages.releases import sglang, vllm
from .contract import CONTRACT

TORCH = "conformance_kernels.per_token_quant_int8.torch_quant:quant"

MEASURED = Measured(
    points=tuple({"M": rows, "N": 4096, "dtype": "bfloat16"} for rows in (1, 64, 2048, 16384)),
    along="M",
    along_meaning="tokens",
    peers=(compiled(TORCH), *released("vllm", "sglang")),
)

OPERATOR = Operator(
    CONTRACT,
    subjects={"torch": TORCH},
    releases=(
        vllm("vllm/model_executor/layers/quantization/utils/int8_utils.py", "per_token_quant_int8",
             {"x": "x"}),
        sglang("sglang/kernels/ops/quantization/int8_kernel.py", "per_token_quant_int8",
               {"x": "x", "scale_dtype": DEFAULT, "cal_sum": DEFAULT}),
    ),
    measured=MEASURED,
)  # fmt: skip
