"""Row sums through scratch memory, of which only a part is ever written."""

import torch
import triton
import triton.language as tl

from conformance.contract import Axis, Budget, Contract, Output, TensorArgument

RIGHT = ("selected", "masked", "copied")
ALONE = {"followed": "an access to memory", "refused": "an exception"}
"""What a mode lets unwritten values reach, and nothing else."""
WRONG = ("product", "summed", "index", "atomic")


@triton.jit
def _fill(x_ptr, scratch_ptr, n, BLOCK: tl.constexpr):
    row, lanes = tl.program_id(0), tl.arange(0, BLOCK)
    x = tl.load(x_ptr + row * n + lanes, mask=lanes < n, other=0.0)
    tl.store(scratch_ptr + row * BLOCK + lanes, x, mask=lanes < n)


@triton.jit
def _copy(from_ptr, to_ptr, BLOCK: tl.constexpr):
    lanes = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(to_ptr + lanes, tl.load(from_ptr + lanes))


@triton.jit
def _sum(scratch_ptr, x_ptr, out_ptr, n, MODE: tl.constexpr, BLOCK: tl.constexpr):
    row, lanes = tl.program_id(0), tl.arange(0, BLOCK)
    place = scratch_ptr + row * BLOCK + lanes
    if MODE == "masked":
        x = tl.load(place, mask=lanes < n, other=0.0)
    elif MODE == "product":
        x = tl.load(place) * (lanes < n)
    elif MODE == "summed":
        x = tl.load(place)
    else:
        x = tl.where(lanes < n, tl.load(place), 0.0)
    total = tl.sum(x)
    if MODE == "followed":
        last = tl.load(scratch_ptr + row * BLOCK + BLOCK - 1)
        total = tl.where(total == total, total, tl.load(x_ptr + last.to(tl.int32)))
    if MODE == "index":
        last = tl.load(scratch_ptr + row * BLOCK + BLOCK - 1)
        total += 0.0 * tl.load(x_ptr + last.to(tl.int32))
    if MODE == "atomic":
        total = tl.atomic_add(scratch_ptr + row * BLOCK + BLOCK - 1, 1.0) * 0.0 + total
    tl.store(out_ptr + row, total)


def summing(mode):
    """A subject that sums rows by way of scratch memory."""

    def sum_rows(x):
        rows, n = x.shape
        x = x.contiguous()
        block = triton.next_power_of_2(n + 1)
        scratch, out = torch.empty(rows, block), torch.empty(rows)
        _fill[(rows,)](x, scratch, n, BLOCK=block)
        if mode == "copied":
            second = torch.empty(rows, block)
            _copy[(rows,)](scratch, second, BLOCK=block)
            scratch = second
        if mode == "refused":
            second = torch.empty(rows, block)
            _copy[(rows,)](scratch, second, BLOCK=block)
            if second[0, -1] != 0:
                raise RuntimeError("the last number is not 0")
        _sum[(rows,)](scratch, x, out, n, MODE=mode, BLOCK=block)
        return out

    return sum_rows


CONTRACT = Contract(
    name="sum_rows",
    summary="sums of rows",
    axes=(Axis("M", "rows", usual=3), Axis("N", "columns", usual=5)),
    arguments=(TensorArgument("x", ("M", "N"), ("float32",), "rows"),),
    outputs=(
        Output("y", ("M",), "float32", "sums", budget=Budget(1e-5, 1e-5, source="a short sum")),
    ),
    reference=lambda x: (x.sum(-1),),
    independent="M",
)
