"""Where silu_and_mul is implemented."""

from conformance.contract import Constant, Measured, Operator

from ..packages.peers import compiled, released
from ..packages.releases import liger
from .contract import CONTRACT

TORCH = "conformance_kernels.silu_and_mul.torch_silu_and_mul:silu_and_mul"

MEASURED = Measured(
    points=tuple({"M": rows, "N": 12288, "dtype": "bfloat16"} for rows in (1, 64, 2048, 16384)),
    along="M",
    along_meaning="tokens",
    peers=(compiled(TORCH), *released("liger-kernel")),
)

OPERATOR = Operator(
    CONTRACT,
    subjects={"torch": TORCH},
    releases=(liger("liger_kernel/ops/swiglu.py", "LigerSiLUMulFunction.apply", {
        "a": "gate", "b": "up", "gate_multiplier": Constant(1.0),
        "down_multiplier": Constant(1.0)}),),
    measured=MEASURED,
)  # fmt: skip
