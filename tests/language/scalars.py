"""Floats, flags, words and optional tensors as arguments."""

import torch

from conformance.contract import (
    Axis,
    Budget,
    Contract,
    FlagArgument,
    FloatArgument,
    LeadingAxes,
    Output,
    TensorArgument,
    WordArgument,
)

BUDGET = Budget(2.0**-20, 2.0**-20, "a handful of float32 roundings")


def _reference(x, bias, eps, centred, mode):
    if centred:
        x = x - x.mean(-1, keepdim=True)
    y = x / (x.square().mean(-1, keepdim=True) + eps).sqrt()
    y = y if bias is None else y + bias
    return y.clamp(min=0) if mode == "relu" else y


CONTRACT = Contract(
    name="normalise",
    summary="rows over their root mean square, then a bias and an activation",
    axes=(LeadingAxes("M", "rows"), Axis("N", "columns", usual=16, edges=(1, 2, 33))),
    arguments=(
        TensorArgument("x", ("*M", "N"), ("float32",), "rows", values="signed"),
        TensorArgument("bias", ("N",), ("float32",), "added to each row", optional="given"),
        FloatArgument(
            "eps",
            "added to the mean square",
            1e-6,
            edges=(1e-3, 1.0),
            least=0.0,
            most=4.0,
            refused_by="callers",
        ),
        FlagArgument("centred", "whether the mean is taken off"),
        WordArgument("mode", "activation", ("none-at-all", "relu")),
    ),
    outputs=(Output("y", ("*M", "N"), "float32", "normalised rows", budget=BUDGET),),
    reference=_reference,
)


def _refuse(x, bias, mode):
    if x.dtype != torch.float32 or (bias is not None and bias.dtype != torch.float32):
        raise TypeError("float32 is wanted")
    if bias is not None and bias.shape != x.shape[-1:]:
        raise ValueError("bias: one number a column is wanted")
    if mode not in ("none-at-all", "relu"):
        raise ValueError(f"mode: {mode}")


def right(x, bias, eps, centred, mode):
    _refuse(x, bias, mode)
    return _reference(
        x.double(), None if bias is None else bias.double(), eps, centred, mode
    ).float()


def ignores_the_flag(x, bias, eps, centred, mode):
    return right(x, bias, eps, False, mode)


def ignores_the_word(x, bias, eps, centred, mode):
    _refuse(x, bias, mode)
    return right(x, bias, eps, centred, "none-at-all")


def has_an_eps_of_its_own(x, bias, eps, centred, mode):
    return right(x, bias, 1e-6, centred, mode)


def needs_a_bias(x, bias, eps, centred, mode):
    return right(x, bias + 0, eps, centred, mode)


def takes_no_bias_for_ones(x, bias, eps, centred, mode):
    return right(x, torch.ones(x.shape[-1]) if bias is None else bias, eps, centred, mode)


def flattens(x, bias, eps, centred, mode):
    y = right(x, bias, eps, centred, mode)
    return y.reshape(-1, y.shape[-1]) if y.dim() != 1 else y


FAULTS = {
    "variants": (
        ignores_the_flag,
        ignores_the_word,
        has_an_eps_of_its_own,
        needs_a_bias,
        takes_no_bias_for_ones,
    ),
    "sizes": (flattens,),
}
