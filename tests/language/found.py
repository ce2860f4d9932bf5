"""What operators of inference asked of the language: worked-out axes, floats or integers, cuts."""

import torch

from conformance.contract import (
    Axis,
    Budget,
    Contract,
    Expression,
    Output,
    Role,
    Selection,
    SizeArgument,
    TensorArgument,
)

COPY = Budget(0.0, 0.0, "copies")

PICK = Contract(
    name="pick_in_groups",
    summary="the K largest of G groups of four",
    axes=(
        Axis("T", "tokens", least=0, usual=5, edges=(0, 1, 33)),
        Axis("G", "groups", usual=3, edges=(1, 8)),
        Axis("K", "picked", usual=2, edges=(1,)),
    ),
    arguments=(
        TensorArgument("x", ("T", "4 * G"), ("float32",), "scores", refused_by="callers"),
        SizeArgument("k", "K", "how many", refused_by="callers"),
    ),
    outputs=(Output("ids", ("T", "K"), "int64", "i", selection=Selection("x", "4 * G", "K")),),
    constraints=(Expression("K <= 4 * G"),),
    reference=lambda x, k, ids: (ids,),
    independent="T",
)


def picked(x, k):
    return x.topk(k, -1).indices


def picks_the_smallest(x, k):
    return x.topk(k, -1, largest=False).indices


MAGNITUDE = Contract(
    name="magnitude",
    summary="|x| of floats and of bytes",
    axes=(Axis("N", "numbers", usual=16, edges=(1, 33)),),
    arguments=(TensorArgument("x", ("N",), ("float32", "uint8"), "numbers", refused_by="callers"),),
    outputs=(Output("y", ("N",), "x", "sizes", budget=COPY),),
    reference=lambda x: x.abs().double(),
)


def sized(x):
    return x.abs()


def takes_bytes_for_small(x):
    return x.abs() if x.is_floating_point() else x.clamp(max=127)


SUM = Contract(
    name="sum_of_heads",
    summary="tokens behind the heads",
    axes=(
        Axis("H", "heads", usual=2, edges=(1, 3)),
        Axis("T", "tokens", usual=5, edges=(1, 40000)),
    ),
    arguments=(TensorArgument("x", ("H", "T"), ("float32",), "numbers", refused_by="callers"),),
    outputs=(Output("y", ("T",), "float32", "sums", budget=Budget(1e-6, 1e-6, "a sum")),),
    reference=lambda x: x.sum(0),
    independent="T",
)


def summed(x):
    return x.sum(0)


def loses_the_last_of_many(x):
    y = x.sum(0)
    if len(y) > 1 << 15:
        y[-1] += 1
    return y


TURN = Contract(
    name="turn_in_place",
    summary="pairs of q are turned by an angle for each row; nothing is returned",
    axes=(Axis("T", "tokens", least=0, usual=5, edges=(0, 1, 33)), Axis("P", "pairs", usual=4)),
    arguments=(
        TensorArgument(
            "q",
            ("T", "2 * P"),
            ("float32", "bfloat16"),
            "queries",
            role=Role.STATE,
            refused_by="callers",
            budget={
                "float32": Budget(1e-6, 2e-6, "two products and a sum"),
                "bfloat16": Budget(2.0**-8, 1e-6, "one rounding"),
            },
        ),
        TensorArgument("angle", ("T", 1), ("float32",), "angles", refused_by="callers"),
    ),
    outputs=(),
    reference=lambda q, angle: (turned(q.double(), angle),),
)


def turned(q, angle):
    a, b = q.chunk(2, -1)
    return torch.cat([a * angle.cos() - b * angle.sin(), b * angle.cos() + a * angle.sin()], -1)


def turns(q, angle):
    q.copy_(turned(q.float(), angle))


def turns_back(q, angle):
    q.copy_(turned(q.float(), -angle))


def turns_a_copy(q, angle):
    turns(q.clone(), angle)


ASKED = (
    (TURN, turns, {"state": (turns_back, turns_a_copy)}),
    (PICK, picked, {"values": (picks_the_smallest,)}),
    (MAGNITUDE, sized, {"dtypes": (takes_bytes_for_small,)}),
    (SUM, summed, {"sizes": (loses_the_last_of_many,)}),
)
"""Contract, a right implementation, and planted faults by the check that finds them."""
