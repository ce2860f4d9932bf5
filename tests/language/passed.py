"""Tensors to write into, operators that return nothing, and what is left to callers."""

from dataclasses import replace

import torch

from conformance.contract import Answer, Axis, Budget, Contract, Output, Role, TensorArgument

CONTRACT = Contract(
    name="row_sums_into",
    summary="the sums of rows and their signs, written where the caller says",
    axes=(
        Axis("M", "rows", least=0, usual=4, edges=(0, 1, 33)),
        Axis("N", "columns", usual=8, edges=(1, 9)),
    ),
    arguments=(
        TensorArgument("out", ("M",), ("float32",), "for the sums", Role.OUTPUT),
        TensorArgument("signs", ("M",), ("int8",), "for the signs", Role.OUTPUT, optional="given"),
        TensorArgument("x", ("M", "N"), ("float32",), "rows", values="signed"),
    ),
    outputs=(
        Output("out", ("M",), "out", "sums", budget=Budget(2.0**-18, 2.0**-18, "float32 sums")),
        Output("signs", ("M",), "int8", "signs of the sums"),
    ),
    reference=lambda x: Answer(
        (x.sum(-1), x.sum(-1).sign().to(torch.int8)), open={"signs": x.sum(-1).abs() < 1e-4}
    ),
)


def right(out, signs, x):
    if (out.dtype, x.dtype) != (torch.float32, torch.float32):
        raise TypeError("float32 is wanted")
    if x.dim() != 2 or out.shape != x.shape[:1]:
        raise ValueError("x (M, N) and out (M,) are wanted")
    if signs is not None and (signs.dtype != torch.int8 or signs.shape != out.shape):
        raise ValueError("signs: int8 (M,) is wanted")
    out.copy_(x.double().sum(-1))
    if signs is not None:
        signs.copy_(out.sign())


def returns_what_it_wrote(out, signs, x):
    right(out, signs, x)
    return out


def adds(out, signs, x):
    before = out.clone()
    right(out, signs, x)
    out += before


def returns_more(out, signs, x):
    right(out, signs, x)
    return out.clone()


def leaves_signs(out, signs, x):
    right(out, None, x)


def forgets_to_refuse(out, signs, x):
    """Right for right calls. It trusts the shape of ``out``."""
    sums = x.double().sum(-1)
    out.view(-1)[: len(sums)].copy_(sums[: out.numel()])
    if signs is not None:
        signs.view(-1)[: len(sums)].copy_(sums.float().sign()[: signs.numel()])


def takes_x_for_dense(out, signs, x):
    if x.dim() == 2 and x.numel():
        right(out, signs, x.as_strided(x.shape, (x.shape[1], 1)))
    else:
        right(out, signs, x)


FAULTS = {
    "poison": (adds,),
    "values": (returns_more, leaves_signs),
    "arguments": (forgets_to_refuse,),
    "layout": (takes_x_for_dense,),
}

_TRUSTED = tuple(replace(a, refused_by="callers") for a in CONTRACT.arguments)
TRUSTING = replace(CONTRACT, arguments=_TRUSTED)
"""Callers refuse wrong calls."""

DENSE = replace(
    CONTRACT, arguments=(*CONTRACT.arguments[:2], replace(CONTRACT.arguments[2], strides="dense"))
)
"""Callers pass x dense."""
