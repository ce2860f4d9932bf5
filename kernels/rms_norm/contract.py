"""Each row of x divided by its root mean square, times a weight."""

from conformance import contract as c

from ..models import shapes_of_rows

_FLOATS = ("float32", "bfloat16", "float16")
_ROUNDED_TWICE = "the normalised row and its product with the weight are rounded; flushed denormals"
_BUDGET = {
    "float32": c.Budget(2e-6, 2**-126, "fp32: a sum of N squares, rsqrt, 3 products", "weight"),
    "bfloat16": c.Budget(2.05 * 2**-8, 2**-126, _ROUNDED_TWICE, "weight"),
    "float16": c.Budget(2.05 * 2**-11, 2**-24, _ROUNDED_TWICE, "weight"),
}


def reference(x, weight, eps):
    return (x * (x.square().mean(-1, keepdim=True) + eps).rsqrt() * weight,)


CONTRACT = c.Contract(
    name="rms_norm",
    summary="x / sqrt(mean(x²) + eps) * weight, row by row",
    axes=(c.LeadingAxes("M", "rows"),
          c.Axis("N", "columns", usual=64, edges=(1, 2, 63, 65, 1023, 1025, 4096), most=65536)),
    arguments=(
        c.TensorArgument("x", ("*M", "N"), _FLOATS, "rows", refused_by="callers",
                         stress=("nan", "zero", "denormal")),
        c.TensorArgument("weight", ("N",), _FLOATS, "factor of each column", same_dtype="x"),
        c.FloatArgument("eps", "keeps a row of zeros finite", 1e-6, (2**-40, 0.125), 2**-40, 0.125,
                        refused_by="callers"),
    ),
    outputs=(c.Output("y", ("*M", "N"), "x", "normalised rows", budget=_BUDGET),),
    reference=reference,
    independent="M",
    released=shapes_of_rows("N", hidden=True, intermediate=False),
)  # fmt: skip
