"""SiLU of a gate, times the projection that it gates."""

from conformance import contract as c

from ..models import shapes_of_rows

_FLOATS = ("float32", "bfloat16", "float16")
_ROUNDED_TWICE = "silu(gate) and its product are rounded; a flushed denormal, in fp32 or the dtype"
_BUDGET = {  # absolute: where exp(-gate) overflows fp32, at gate < -88, silu(gate) is 0
    "float32": c.Budget(6e-6, 3e-37, "fp32: exp as ex2 of a rounded product, 88 * 2**-24; 5 ulp"),
    "bfloat16": c.Budget(2.05 * 2**-8, 3e-37, _ROUNDED_TWICE),
    "float16": c.Budget(2.05 * 2**-11, 2**-24, _ROUNDED_TWICE),
}


def reference(gate, up):
    # What silu(gate) is off by grows with up.
    magnitude = up.abs().nan_to_num(1, 1, 1).clamp(min=1)
    return c.Answer((gate * gate.sigmoid() * up,), magnitudes={"y": magnitude})


CONTRACT = c.Contract(
    name="silu_and_mul",
    summary="gate * sigmoid(gate) * up, element by element",
    axes=(c.LeadingAxes("M", "tokens"),
          c.Axis("N", "columns", usual=64, edges=(1, 2, 63, 65, 1023, 1025, 4096), most=65536)),
    arguments=(
        c.TensorArgument("gate", ("*M", "N"), _FLOATS, "what is activated", refused_by="callers",
                         stress=("large", "huge", "nan", "zeros", "denormal")),
        c.TensorArgument("up", ("*M", "N"), _FLOATS, "what is gated", refused_by="callers",
                         same_dtype="gate", stress=("nan", "zeros", "denormal")),
    ),
    outputs=(c.Output("y", ("*M", "N"), "gate", "gated projection", budget=_BUDGET),),
    reference=reference,
    independent="M",
    released=shapes_of_rows("N", hidden=False, intermediate=True),
)  # fmt: skip
