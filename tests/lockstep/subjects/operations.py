"""Kernels of one operation each, chosen by its name."""

import torch
import triton
import triton.language as tl


@triton.jit
def _unary_kernel(x_ptr, out_ptr, N: tl.constexpr, OPERATION: tl.constexpr):
    at = tl.program_id(0) * N + tl.arange(0, N)
    x = tl.load(x_ptr + at)
    tl.store(out_ptr + at, OPERATION(x))


@triton.jit
def _binary_kernel(x_ptr, y_ptr, out_ptr, N: tl.constexpr, OPERATION: tl.constexpr):
    at = tl.program_id(0) * N + tl.arange(0, N)
    tl.store(out_ptr + at, OPERATION(tl.load(x_ptr + at), tl.load(y_ptr + at)))


@triton.jit
def _ternary_kernel(x_ptr, y_ptr, z_ptr, out_ptr, N: tl.constexpr, OPERATION: tl.constexpr):
    at = tl.program_id(0) * N + tl.arange(0, N)
    x, y, z = tl.load(x_ptr + at), tl.load(y_ptr + at), tl.load(z_ptr + at)
    tl.store(out_ptr + at, OPERATION(x, y, z))


def applied(operation, *tensors, dtype=None):
    """What a jitted function gives for 1-D tensors of one length: two programs share them."""
    length = triton.next_power_of_2(-(-len(tensors[0]) // 2))
    padded = [torch.cat([each, each[:1].expand(2 * length - len(each))]) for each in tensors]
    out = torch.zeros(2 * length, dtype=dtype or tensors[0].dtype)
    kernel = {1: _unary_kernel, 2: _binary_kernel, 3: _ternary_kernel}[len(tensors)]
    kernel[(2,)](*padded, out, N=length, OPERATION=operation)
    return out[: len(tensors[0])]


@triton.jit
def _store(out_ptr, pid, place, value, R: tl.constexpr):
    if value.type.is_block():
        tl.store(out_ptr + place, tl.reshape(value, (R,)))
    else:
        tl.store(out_ptr + pid, value)


@triton.jit
def reduce_kernel(
    x_ptr, value_ptr, index_ptr, M: tl.constexpr, N: tl.constexpr, R: tl.constexpr,
    AXIS: tl.constexpr, OPERATION: tl.constexpr, INDEX: tl.constexpr,
):  # fmt: skip
    pid = tl.program_id(0)
    at = pid * M * N + tl.arange(0, M)[:, None] * N + tl.arange(0, N)[None, :]
    x = tl.load(x_ptr + at)
    place = pid * R + tl.arange(0, R)
    if INDEX:
        value, index = OPERATION(x, AXIS)
        _store(value_ptr, pid, place, value, R)
        _store(index_ptr, pid, place, index, R)
    else:
        _store(value_ptr, pid, place, OPERATION(x, AXIS), R)


def reduced(operation, x, axis, dtype, *, index=False):
    """Values, and indices if asked, of a reduction of each block of x (programs, M, N)."""
    programs, rows, columns = x.shape
    count = {None: 1, 0: columns, 1: rows, -1: rows, -2: columns}[axis]
    values = torch.zeros(programs, count, dtype=dtype)
    indices = torch.full((programs, count), -7, dtype=torch.int32)
    reduce_kernel[(programs,)](
        x, values, indices, M=rows, N=columns, R=count, AXIS=axis, OPERATION=operation, INDEX=index
    )
    return (values, indices) if index else values


@triton.jit
def _rows_kernel(x_ptr, out_ptr, M: tl.constexpr, N: tl.constexpr, OPERATION: tl.constexpr):
    at = tl.program_id(0) * M * N + tl.arange(0, M)[:, None] * N + tl.arange(0, N)[None, :]
    tl.store(out_ptr + at, OPERATION(tl.load(x_ptr + at)))


def rearranged(operation, x, dtype=None):
    """What a jitted function that keeps shapes gives for each block of x (programs, M, N)."""
    out = torch.zeros(x.shape, dtype=dtype or x.dtype)
    _rows_kernel[(len(x),)](x, out, M=x.shape[1], N=x.shape[2], OPERATION=operation)
    return out
