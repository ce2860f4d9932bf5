"""Reductions of rows by kernels that leave lanes undefined; ``FIX`` says which mend them."""

import torch
import triton
import triton.language as tl

from conformance.contract import Axis, Budget, Contract, Integers, Output, TensorArgument
from conformance.execution.bench import Bench
from conformance.execution.cpu import LockstepCPU

MODES = ("sum", "maximum", "minimum", "largest", "negative", "index", "product")
DTYPES = ("float32", "float16", "int32", "int8")


@triton.jit
def _reduce(x_ptr, out_ptr, n, other, MODE: tl.constexpr, FIX: tl.constexpr, BLOCK: tl.constexpr):
    row, lanes = tl.program_id(0), tl.arange(0, BLOCK)
    if FIX:
        x = tl.load(x_ptr + row * n + lanes, mask=lanes < n, other=other)
    else:
        x = tl.load(x_ptr + row * n + lanes, mask=lanes < n)
    x = x.to(tl.float32)
    if MODE == "sum":
        result = tl.sum(x)
    elif MODE == "maximum":
        result = tl.max(x)
    elif MODE == "minimum":
        result = tl.min(x)
    elif MODE == "largest":
        result = tl.max(tl.abs(x))
    elif MODE == "negative":
        result = tl.sum((x < 0).to(tl.float32))
    elif MODE == "index":
        result = tl.argmax(x, 0).to(tl.float32)
    else:
        result = tl.sum(x * (lanes < n))
    tl.store(out_ptr + row, result)


WANTED = {
    "sum": lambda x: x.sum(-1),
    "maximum": lambda x: x.amax(-1),
    "minimum": lambda x: x.amin(-1),
    "largest": lambda x: x.abs().amax(-1),
    "negative": lambda x: (x < 0).sum(-1),
    "index": lambda x: x.argmax(-1),
    "product": lambda x: x.sum(-1),
}
NEUTRAL = {"maximum": -128, "minimum": 127, "index": -128}


def reducing(mode, fix=False):
    """A subject that reduces rows, right if ``fix``."""

    def reduce_rows(x):
        out = torch.empty(len(x))
        block = triton.next_power_of_2(x.shape[1])
        other = NEUTRAL.get(mode, 0)
        _reduce[(len(x),)](x, out, x.shape[1], other, MODE=mode, FIX=fix, BLOCK=block)
        return out

    return reduce_rows


def contract(mode, dtype):
    """Of a reduction whose usual size and edges leave no masked lane."""
    budget = Budget(1e-3, 1e-2, source="a test")
    return Contract(
        name="lanes",
        summary="a reduction of rows",
        axes=(Axis("M", "rows", usual=4), Axis("N", "columns", usual=16, edges=(2, 8))),
        arguments=(TensorArgument("x", ("M", "N"), (dtype,), "rows"),),
        outputs=(Output("y", ("M",), "float32", "reduced", budget=budget),),
        reference=lambda x: (WANTED[mode](x.double()).double(),),
        independent="M",
    )


def bench(function, of):
    """A subject on the CPU."""
    return Bench(of, function, LockstepCPU())


@triton.jit
def _take(x_ptr, ids_ptr, out_ptr, n, FIX: tl.constexpr, BLOCK: tl.constexpr):
    lanes = tl.arange(0, BLOCK)
    if FIX:
        ids = tl.load(ids_ptr + lanes, mask=lanes < n, other=0)
    else:
        ids = tl.load(ids_ptr + lanes, mask=lanes < n)
    tl.store(out_ptr + lanes, tl.load(x_ptr + ids), mask=lanes < n)


def taking(fix):
    """A subject that follows undefined ids and throws away what it finds there."""

    def take(x, ids):
        out = torch.empty(len(ids))
        _take[(1,)](x, ids, out, len(ids), FIX=fix, BLOCK=triton.next_power_of_2(len(ids)))
        return out

    return take


TAKE = Contract(
    name="take",
    summary="elements by id",
    axes=(Axis("N", "elements", usual=16), Axis("K", "ids", usual=4)),
    arguments=(
        TensorArgument("x", ("N",), ("float32",), "elements"),
        TensorArgument("ids", ("K",), ("int32",), "ids", holds=Integers(0, "N - 1")),
    ),
    outputs=(Output("y", ("K",), "float32", "taken", budget=Budget(0.0, 0.0, source="copies")),),
    reference=lambda x, ids: (x[ids.long()],),
)
