"""Where per_token_quant_int8 is implemented."""

from conformance.contract import DEFAULT, Operator

from ..packages.releases import sglang, vllm
from .contract import CONTRACT

OPERATOR = Operator(
    CONTRACT,
    subjects={"torch": "conformance_kernels.per_token_quant_int8.torch_quant:quant"},
    releases=(
        vllm("vllm/model_executor/layers/quantization/utils/int8_utils.py", "per_token_quant_int8",
             {"x": "x"}),
        sglang("sglang/kernels/ops/quantization/int8_kernel.py", "per_token_quant_int8",
               {"x": "x", "scale_dtype": DEFAULT, "cal_sum": DEFAULT}),
    ),
)  # fmt: skip
