"""Results that are judged together, selections by a score, overflow, sizes that depend on data."""

from dataclasses import replace

import torch

from conformance.contract import (
    Answer,
    Axis,
    Budget,
    Contract,
    Derived,
    Expression,
    LeadingAxes,
    Output,
    Selection,
    SizeArgument,
    TensorArgument,
)

QUANTISE = Contract(
    name="quantise_rows",
    summary="int8 numbers and a step for each row",
    axes=(LeadingAxes("M", "rows"), Axis("N", "columns", usual=16, edges=(1, 33))),
    arguments=(TensorArgument("x", ("*M", "N"), ("float32",), "rows", stress=("zero", "large")),),
    outputs=(
        Output("q", ("*M", "N"), "int8", "numbers", judged_in="dequantised"),
        Output("step", ("*M",), "float32", "steps", budget=Budget(2.0**-20, 0.0, "one division")),
    ),
    derived=(
        Derived(
            "dequantised",
            ("q", "step"),
            lambda q, step: q * step[..., None],
            Budget(2.0**-20, 0.5 + 2.0**-10, "half a step, and its rounding"),
            "what q means",
        ),
    ),
    reference=lambda x: _steps(x),
)


def _steps(x):
    step = x.abs().amax(-1).clamp(min=1e-10) / 127
    # Not rounded: so the oracle of what it means is x itself.
    return Answer((x / step[..., None], step), magnitudes={"dequantised": step[..., None]})


def _refuse(x, rank=None):
    if x.dtype != torch.float32:
        raise TypeError("float32 is wanted")
    if rank is not None and x.dim() != rank:
        raise ValueError(f"{rank} axes are wanted")


def quantised(x):
    _refuse(x)
    step = x.abs().amax(-1).clamp(min=1e-10) / 127
    return (x / step[..., None]).round().to(torch.int8), step


def truncates(x):
    _refuse(x)
    step = x.abs().amax(-1).clamp(min=1e-10) / 127
    return (x / step[..., None]).to(torch.int8), step


def takes_the_step_of_the_first_row(x):
    q, step = quantised(x)
    return q, step.flatten()[:1].expand(step.numel()).reshape(step.shape) if step.numel() else step


def _score(logits, bias, topk):
    return logits.sigmoid() + bias


ROUTE = Contract(
    name="route_by_score",
    summary="the K experts of the largest sigmoid plus bias, weighted by the sigmoid alone",
    axes=(
        Axis("T", "tokens", least=0, usual=9, edges=(0, 1, 33)),
        Axis("E", "experts", usual=16, edges=(1, 2, 33)),
        Axis("K", "selected", usual=3, edges=(1, 2)),
    ),
    arguments=(
        TensorArgument("logits", ("T", "E"), ("float32",), "router logits"),
        TensorArgument("bias", ("E",), ("float32",), "correction of each expert", values="signed"),
        SizeArgument("topk", "K", "how many"),
    ),
    outputs=(
        Output(
            "weights",
            ("T", "K"),
            "float32",
            "sigmoids",
            follows="ids",
            budget=Budget(2.0**-20, 2.0**-20, "one sigmoid"),
        ),
        Output(
            "ids",
            ("T", "K"),
            "int32",
            "experts",
            selection=Selection("logits", "E", "K", score=_score, close=2.0**-20, flush=2.0**-22),
        ),
    ),
    constraints=(Expression("K <= E"),),
    reference=lambda logits, bias, topk, ids: (logits.sigmoid().gather(-1, ids), ids),
)


def routed(logits, bias, topk):
    _refuse(logits, 2)
    _refuse(bias, 1)
    if type(topk) is not int or not 1 <= topk <= logits.shape[1] or len(bias) != logits.shape[1]:
        raise ValueError("sizes")
    ids = (logits.sigmoid() + bias).topk(topk, -1).indices
    return logits.sigmoid().gather(-1, ids), ids.to(torch.int32)


def routes_without_bias(logits, bias, topk):
    routed(logits, bias, topk)
    return routed(logits, torch.zeros_like(bias), topk)


def _in_groups(logits, bias, topk, ids=None):
    """Minus infinity outside of the two groups of four whose largest logits are the largest."""
    groups = logits.unflatten(-1, (-1, 4)).amax(-1)
    if ids is not None:  # among equal groups, those that the subject took come first
        taken = torch.zeros_like(logits).scatter(-1, ids, 1.0).unflatten(-1, (-1, 4)).amax(-1)
        order = taken.argsort(dim=-1, descending=True, stable=True)
        by_size = groups.gather(-1, order).argsort(dim=-1, descending=True, stable=True)
        chosen = order.gather(-1, by_size)[..., :2]
    else:
        chosen = groups.topk(2, -1).indices
    kept = torch.zeros_like(groups, dtype=torch.bool).scatter(-1, chosen, True)
    return logits.masked_fill(~kept.repeat_interleave(4, -1), -torch.inf)


GROUPED = replace(
    ROUTE,
    name="route_in_groups",
    axes=(ROUTE.axes[0], Axis("E", "experts", usual=16, least=8, edges=(8, 24)), ROUTE.axes[2]),
    outputs=(
        ROUTE.outputs[0],
        replace(ROUTE.outputs[1], selection=Selection("logits", "E", "K", score=_in_groups)),
    ),
    constraints=(Expression("K <= 8"), Expression("E % 4 == 0")),
)


def routed_in_groups(logits, bias, topk):
    routed(logits, bias, topk)
    if topk > 8:
        raise ValueError("two groups of four are not enough")
    ids = _in_groups(logits, bias, topk).topk(topk, -1).indices
    return logits.sigmoid().gather(-1, ids), ids.to(torch.int32)


def ignores_groups(logits, bias, topk):
    routed_in_groups(logits, bias, topk)
    ids = logits.topk(topk, -1).indices
    return logits.sigmoid().gather(-1, ids), ids.to(torch.int32)


SQUARE = Contract(
    name="square",
    summary="x * x, infinite where it is too large",
    axes=(Axis("N", "numbers", usual=16, edges=(1, 33)),),
    arguments=(TensorArgument("x", ("N",), ("float16",), "numbers", stress=("huge", "denormal")),),
    outputs=(
        Output("y", ("N",), "float16", "squares", budget=Budget(2.0**-11, 0.0, "one rounding")),
    ),
    reference=lambda x: x * x,
)


def squared(x):
    if x.dtype != torch.float16:
        raise TypeError("float16 is wanted")
    if x.dim() != 1:
        raise ValueError("one axis is wanted")
    return x * x


def saturates(x):
    return squared(x).clamp(max=65504.0)


NONZERO = Contract(
    name="places",
    summary="where numbers are above zero",
    axes=(Axis("N", "numbers", usual=16, edges=(1, 33)),),
    arguments=(TensorArgument("x", ("N",), ("float32",), "numbers", values="signed"),),
    outputs=(
        Output("places", ("?n",), "int64", "their places"),
        Output("found", ("?n",), "float32", "the numbers", budget=Budget(0.0, 0.0, "copies")),
    ),
    reference=lambda x: ((x > 0).nonzero()[:, 0], x[x > 0]),
)


def placed(x):
    _refuse(x, 1)
    return (x > 0).nonzero()[:, 0], x[x > 0]


def loses_the_last(x):
    return tuple(tensor[:-1] for tensor in placed(x))


ASKED = (
    (QUANTISE, quantised, {"values": (truncates, takes_the_step_of_the_first_row)}),
    (ROUTE, routed, {"values": (routes_without_bias,)}),
    (GROUPED, routed_in_groups, {"values": (ignores_groups,)}),
    (SQUARE, squared, {"special": (saturates,)}),
    (NONZERO, placed, {"values": (loses_the_last,)}),
)
"""Contract, a right implementation, and planted faults by the check that finds them."""
