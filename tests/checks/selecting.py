"""Contracts that differ from the plain one, one of a selection among them."""

from dataclasses import replace

from conformance.contract import (
    Expression,
    Integers,
    TensorArgument,
)

from ..judge.contracts import TOP
from .plain import CONTRACT

IDS = TensorArgument(
    "ids", ("M",), ("int32",), "which", holds=Integers(0, "N - 1", padding=-1), stress=("zeros",)
)


NEVER = TensorArgument(
    "never", ("M", "N"), ("float32",), "unused", optional="never", stress=("zero",)
)


SELECTING = replace(
    TOP,
    axes=tuple(replace(axis, usual=usual, edges=edges) for axis, usual, edges in zip(
        TOP.axes, (5, 8, 2), ((1,), (4, 9), (1,)), strict=True)),
    arguments=(replace(TOP.arguments[0], dtypes=("float32", "float16")), *TOP.arguments[1:]),
    outputs=(replace(TOP.outputs[0], budget=dict.fromkeys(("float32", "float16"),
        TOP.outputs[0].budget)), TOP.outputs[1]),
    constraints=(Expression("K <= N"),),
)  # fmt: skip


def more(*arguments, **changes):
    """The contract with further arguments."""
    return replace(
        CONTRACT, arguments=(*CONTRACT.arguments, *arguments),
        reference=lambda x, *others: (2 * x, -x), **changes,
    )  # fmt: skip
