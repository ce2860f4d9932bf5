"""Each row as int8 numbers and one scale: what both multiply to is judged, not each alone."""

from conformance import contract as c

from ..models import shapes_of_rows

_BUDGET = c.Budget(4e-7, 0.5001, "half a step of the row's scale; fp32: 127 / absmax, two products")


def reference(x):
    # Rows below 1e-10 count as zeros, so that no scale is zero.
    scale = x.abs().amax(-1, keepdim=True).clamp(min=1e-10) / 127
    return c.Answer((x / scale, scale), magnitudes={"value": scale.expand(x.shape)})


CONTRACT = c.Contract(
    name="per_token_quant_int8",
    summary="q (int8) and scale (float32) of each row, so that q * scale is the row",
    axes=(c.LeadingAxes("M", "tokens", least_rank=1,
                      edges=((0,), (1,), (33,), (257,), (2, 3), (3, 0), (2, 1, 3))),
          c.Axis("N", "channels", usual=64, edges=(1, 2, 63, 65, 1023, 1025, 4096), most=65536)),
    arguments=(
        c.TensorArgument("x", ("*M", "N"), ("float32", "bfloat16", "float16"), "activations",
                       stress=("zero", "zeros", "large", "denormal")),
    ),
    outputs=(c.Output("q", ("*M", "N"), "int8", "quantised rows", judged_in="value"),
             c.Output("scale", ("*M", 1), "float32", "size of one step", judged_in="value")),
    derived=(c.Derived("value", ("q", "scale"), lambda q, scale: q * scale, _BUDGET, "q * scale"),),
    reference=reference,
    independent="M",
    released=shapes_of_rows("N", hidden=True, intermediate=True),
)  # fmt: skip
