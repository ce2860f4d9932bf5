"""A contract that uses every kind of word that contracts have; it is never asked."""

from conformance.contract import (
    Axis,
    Budget,
    Contract,
    Derived,
    FlagArgument,
    FloatArgument,
    Integers,
    LeadingAxes,
    Output,
    Role,
    Selection,
    TensorArgument,
    WordArgument,
    imported,
)


def value(q, scale):
    return q * scale


def score(x, *rest):
    return -x


CONTRACT = Contract(
    name="everything",
    summary="each word of the language once",
    axes=(
        LeadingAxes("M", "tokens of any rank"),
        Axis("N", "columns", most=4096, usual=16, edges=(1, 128)),
        Axis("K", "chosen", usual=2),
        Axis("NB", "blocks", usual=3),
    ),
    arguments=(
        TensorArgument("x", ("*M", "N"), ("float32", "bfloat16"), "values", strides="dense"),
        TensorArgument(
            "slots", ("M",), ("int32",), "where each token goes", refused_by="callers",
            holds=Integers(0, "NB * 8 - 1", padding=-1, distinct=True),
        ),
        TensorArgument("residual", ("*M", "N"), ("float32", "bfloat16"), "added before",
                       same_dtype="x", strides="like x"),
        TensorArgument("q", ("*M", "N"), ("int8",), "quantised", role=Role.OUTPUT),
        FloatArgument("eps", "added below the root", 1e-6, edges=(0.0, 1.0), least=0.0, most=8.0),
        FloatArgument("cap", "soft cap", None, optional=True),
        FlagArgument("renormalize", "make weights sum to 1", usual=True),
        WordArgument("kind", "how it is quantised", ("auto", "fp8"), optional=True),
        TensorArgument("bias", ("N",), ("float32",), "added after", optional="given"),
        TensorArgument("sinks", ("N",), ("float32",), "sinks", optional="none", refusable=True),
    ),
    outputs=(
        Output("q", ("*M", "N"), "int8", "quantised", judged_in="value"),
        Output("scale", ("*M", 1), "float32", "of each token", judged_in="value"),
        Output("ids", ("*M", "K"), "int32", "the chosen",
               selection=Selection("x", "N", "K", order="smallest", score=score, close=2.0**-20)),
        Output("sorted", ("?n",), "int64", "tokens by block", order="any within a group"),
    ),
    reference=imported("everything.reference:reference"),
    derived=(
        Derived("value", ("q", "scale"), value, Budget(0.0, 2.0**-7, source="half a step"), "q s"),
    ),
)  # fmt: skip
