"""What a routing implementation owes: the contract, and where implementations are.

Importing this module imports no torch: what computes is named by text.
"""

from conformance.contract import (
    Axis,
    Budget,
    Contract,
    Expression,
    Grid,
    Operator,
    Output,
    Promise,
    Release,
    Selection,
    SizeArgument,
    TensorArgument,
    imported,
)

from ..models import shapes_of_experts
from . import released
from .measured import MEASURED, TUNING

_HERE = "conformance_kernels.gemma4_routing"

_DTYPES = ("float32", "bfloat16", "float16")

_GATING_STRESS = (
    "row-nan",
    "row-negative-nan",
    "row-all-nan",
    "row-all-negative-nan",
    "row-infinite",
    "row-negative-infinite",
    "row-all-negative-infinite",
    "row-few-finite",
    "row-mixed",
    "spread",
    "denormal-logits",
)
_SCALE_STRESS = ("zeros", "negative", "huge", "infinite", "negative-infinite", "nan", "denormal")

_WEIGHT_BUDGET = Budget(
    relative=2e-6,
    absolute=1e-7,
    magnitude="per_expert_scale",
    source="float32 internals against fp64: an exponential (2 ulp on CUDA, ex2.approx after a "
    "rounded multiplication by log2 e), a sum of K terms, a division and a product of at most 1 "
    "ulp each; the absolute part covers terms that float32 flushes to zero",
)

# The smallest normal float32, `torch.finfo(torch.float32).tiny` (IEEE 754 binary32).
_SMALLEST_NORMAL = 2.0**-126

CONTRACT = Contract(
    name="gemma4_routing",
    summary="Gemma4 MoE router: top-K of the gating logits, softmax over them, per-expert scale",
    axes=(
        Axis(
            "T", "tokens", least=0, usual=33,
            edges=(0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256,
                   257, 1023, 1024, 1025, 2048, 65535, 65536, 65537, 250_000),
        ),
        Axis(
            "E", "experts", most=1024, usual=128,
            edges=(1, 2, 3, 8, 16, 32, 60, 64, 72, 100, 127, 128, 129, 160, 192, 255, 256, 257,
                   300, 384, 512, 1000, 1024),
        ),
        Axis("K", "experts per token", most=1024, usual=8, edges=(1, 2, 3, 4, 6, 7, 8, 9, 10, 16,
                                                                  22, 32, 64, 128)),
    ),
    constraints=(Expression("K <= E"),),
    arguments=(
        TensorArgument("gating", ("T", "E"), _DTYPES, "router logits", stress=_GATING_STRESS),
        SizeArgument("topk", "K", "experts per token"),
        TensorArgument(
            "per_expert_scale", ("E",), _DTYPES, "factor on the weight of each expert",
            values="signed", stress=_SCALE_STRESS,
        ),
    ),
    outputs=(
        Output(
            "weights", ("T", "K"), "float32",
            "softmax over the selected logits, times their scales",
            budget=_WEIGHT_BUDGET, follows="ids",
        ),
        Output(
            "ids", ("T", "K"), "int32", "the selected experts",
            # Hardware that flushes denormals cannot tell logits apart that differ by less.
            selection=Selection("gating", "E", "K", flush=_SMALLEST_NORMAL),
        ),
    ),
    reference=imported(f"{_HERE}.reference:reference"),
    unspecified=imported(f"{_HERE}.reference:open_weights"),
    independent="T",
    released=shapes_of_experts("E", "K"),
    grids=(
        Grid(
            "the kernel tests of vllm-project/vllm#39083",
            {"T": (1, 2, 2048, 250_000), "E": (128,), "K": (8,)},
            "gating",
            _DTYPES,
        ),
        Grid(
            "sizes for which Triton 3.6 compiled a right kernel into one with wrong ids",
            {"T": (33,), "E": (39,), "K": (5, 8)},
            "gating",
            ("bfloat16", "float16"),
        ),
        Grid(
            "more logits than 32 bits can count",
            {"T": (2**21 + 1,), "E": (1024,), "K": (2,)},
            "gating",
            ("float16",),
        ),
    ),
)  # fmt: skip

OPERATOR = Operator(
    CONTRACT,
    subjects={
        "triton": f"{_HERE}.triton_route:route_triton",
        "torch": f"{_HERE}.torch_route:route_torch",
        "registered": f"{_HERE}.operator:gemma4_routing",
    },
    releases=(
        Release(
            package="vllm",
            distributions=released.DISTRIBUTIONS,
            file=released.FILE,
            function=released.FUNCTION,
            module=released.MODULE,
            imports=released.IMPORTS,
            arguments=released.ARGUMENTS,
            prepare=f"{_HERE}.installed:prepare",
        ),
    ),
    registered={"conformance_kernels::gemma4_routing": Promise()},
    measured=MEASURED,
    tuning=TUNING,
)
