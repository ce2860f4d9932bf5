"""What rms_norm owes its callers."""

from conformance.contract import (
    Axis,
    Budget,
    Contract,
    FloatArgument,
    LeadingAxes,
    Output,
    TensorArgument,
)

FLOATS = ("float32", "bfloat16", "float16")

# How far y may be off: relative * |right answer| + absolute. Say where each figure comes from.
BUDGET = {
    "float32": Budget(2e-6, 2**-126, "fp32: a sum of N squares, rsqrt, 2 products", "weight"),
    "bfloat16": Budget(1.05 * 2**-8, 2**-126, "fp32 inside, then y is rounded", "weight"),
    "float16": Budget(1.05 * 2**-11, 2**-24, "fp32 inside, then y is rounded", "weight"),
}


def reference(x, weight, eps):
    """The right answer in plain torch. Floats come in float64; the outputs go back as a tuple."""
    scale = (x.square().mean(-1, keepdim=True) + eps).rsqrt()
    return (x * scale * weight,)


CONTRACT = Contract(
    name="rms_norm",
    summary="x / sqrt(mean(x²) + eps) * weight, row by row",
    axes=(
        LeadingAxes("M", "rows, in any number of leading dimensions"),
        # Edges are sizes that break kernels: around tiles and powers of two, and those of models.
        Axis("N", "columns", usual=64, edges=(1, 2, 63, 65, 1023, 1025, 4096), most=65536),
    ),
    arguments=(
        # In the order of the call. The function has to refuse other dtypes and shapes.
        TensorArgument("x", ("*M", "N"), FLOATS, "rows", stress=("nan", "zeros", "denormal")),
        TensorArgument("weight", ("N",), FLOATS, "factor of each column", same_dtype="x"),
        FloatArgument("eps", "keeps a row of zeros finite", 1e-6, (2**-40, 0.125), least=2**-40),
    ),
    outputs=(Output("y", ("*M", "N"), "x", "normalised rows", budget=BUDGET),),
    reference=reference,
    independent="M",
)
