"""A pattern and a layout that a contract brings along."""

import torch

from conformance.contract import Axis, Budget, Contract, Layout, Output, Placement, TensorArgument


def _staircase(draw):
    """Every number twice the one before it: a sum of them loses what a pairwise one keeps."""
    steps = torch.arange(draw.shape[-1], dtype=torch.float64) % 24
    return (2.0**steps).expand(draw.shape).clone()


def _every_third(shape, guard):
    (length,) = shape
    return Placement((3,), guard, guard + max(0, 3 * (length - 1) + 1) + guard)


CONTRACT = Contract(
    name="double",
    summary="twice each number",
    axes=(Axis("N", "numbers", usual=40, edges=(1, 7)),),
    arguments=(
        TensorArgument(
            "x",
            ("N",),
            ("float32",),
            "numbers",
            stress=("staircase",),
            owed_layouts=("every-third",),
        ),
    ),
    outputs=(Output("y", ("N",), "float32", "doubles", budget=Budget(0.0, 0.0, "exact")),),
    reference=lambda x: 2 * x,
    patterns={"staircase": _staircase},
    layouts={"every-third": Layout(1, _every_third)},
)


def right(x):
    if x.dtype != torch.float32:
        raise TypeError("float32 is wanted")
    if x.dim() != 1:
        raise ValueError("one axis is wanted")
    return 2 * x


def breaks_on_a_staircase(x):
    climbing = len(x) > 1 and bool((x[1:] == 2 * x[:-1]).all())
    return right(x) + climbing


def refuses_every_third(x):
    if x.stride() == (3,) and len(x) > 1:
        raise ValueError("dense numbers are wanted")
    return right(x)


FAULTS = {"special": (breaks_on_a_staircase,), "layout": (refuses_every_third,)}
