"""Where silu_and_mul is implemented."""

from conformance.contract import Constant, Operator

from ..packages.releases import liger
from .contract import CONTRACT

OPERATOR = Operator(
    CONTRACT,
    subjects={"torch": "conformance_kernels.silu_and_mul.torch_silu_and_mul:silu_and_mul"},
    releases=(liger("liger_kernel/ops/swiglu.py", "LigerSiLUMulFunction.apply", {
        "a": "gate", "b": "up", "gate_multiplier": Constant(1.0),
        "down_multiplier": Constant(1.0)}),),
)  # fmt: skip
