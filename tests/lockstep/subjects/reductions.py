"""Reductions, scans, sorting, matrix products."""

import torch
import triton
import triton.language as tl


@triton.jit
def reduce_kernel(
    x_ptr,
    out_ptr,
    index_ptr,
    M: tl.constexpr,
    N: tl.constexpr,
    AXIS: tl.constexpr,
    WIDTH: tl.constexpr,
):
    pid = tl.program_id(0)
    rows, columns = tl.arange(0, M), tl.arange(0, N)
    x = tl.load(x_ptr + pid * M * N + rows[:, None] * N + columns[None, :])
    places = tl.arange(0, WIDTH)
    out, index = out_ptr + pid * 3 * WIDTH + places, index_ptr + pid * 2 * WIDTH + places
    tl.store(out, tl.sum(x, AXIS))
    tl.store(out + WIDTH, tl.max(x, AXIS))
    tl.store(out + 2 * WIDTH, tl.min(x, AXIS))
    tl.store(index, tl.argmax(x, AXIS))
    tl.store(index + WIDTH, tl.argmin(x, AXIS))


def reductions(axis, dtype=torch.float32, m=8, n=16):
    torch.manual_seed(0)
    x = torch.randn(5, m, n).mul(4).round().div(2).to(dtype)  # many ties
    width = n if axis == 0 else m
    out = torch.zeros(5, 3, width, dtype=dtype if dtype != torch.int8 else torch.int32)
    index = torch.zeros(5, 2, width, dtype=torch.int32)
    reduce_kernel[(5,)](x, out, index, M=m, N=n, AXIS=axis, WIDTH=width)
    return out, index


@triton.jit
def sum_kernel(
    x_ptr, out_ptr, stride_m, stride_n, M: tl.constexpr, N: tl.constexpr, SWAP: tl.constexpr
):
    pid = tl.program_id(0)
    x = tl.load(
        x_ptr
        + pid * M * N
        + tl.arange(0, M)[:, None] * stride_m
        + tl.arange(0, N)[None, :] * stride_n
    )
    if SWAP:
        x = tl.trans(x) * 1.5
    tl.store(out_ptr + 4 * pid, tl.sum(x))
    tl.store(out_ptr + 4 * pid + 1, tl.sum(tl.sum(x, 0), 0))
    tl.store(out_ptr + 4 * pid + 2, tl.sum(tl.sum(x, 1), 0))
    tl.store(out_ptr + 4 * pid + 3, tl.sum(tl.sum(x * x, 0, keep_dims=True)))


def sums(swap, m=64, n=32, dtype=torch.float32):
    torch.manual_seed(0)
    x = torch.randn(7, m, n).to(dtype)
    out = torch.zeros(7, 4, dtype=dtype)
    sum_kernel[(7,)](x, out, n, 1, M=m, N=n, SWAP=swap)
    return out


@triton.jit
def _affine(a_left, b_left, a_right, b_right):
    return a_left * a_right, b_left * a_right + b_right


@triton.jit
def _larger_magnitude(a, b):
    return tl.where(tl.abs(a) > tl.abs(b), a, b)


@triton.jit
def scan_kernel(x_ptr, out_ptr, N: tl.constexpr, REVERSE: tl.constexpr):
    pid = tl.program_id(0)
    offsets = tl.arange(0, N)
    x = tl.load(x_ptr + pid * N + offsets)
    out = out_ptr + pid * 5 * N + offsets
    tl.store(out, tl.cumsum(x, 0, reverse=REVERSE))
    tl.store(out + N, tl.cumprod(x, 0, reverse=REVERSE))
    a, b = tl.associative_scan((x, x + 1), 0, _affine, reverse=REVERSE)
    tl.store(out + 2 * N, a)
    tl.store(out + 3 * N, b)
    tl.store(out + 4 * N + offsets * 0, tl.reduce(x, 0, _larger_magnitude) + offsets * 0)


def scans(reverse):
    torch.manual_seed(0)
    x = torch.randn(3, 32)
    out = torch.zeros(3, 5, 32)
    scan_kernel[(3,)](x, out, N=32, REVERSE=reverse)
    return out


@triton.jit
def cumsum_rows_kernel(x_ptr, out_ptr, M: tl.constexpr, N: tl.constexpr, AXIS: tl.constexpr):
    offsets = tl.arange(0, M)[:, None] * N + tl.arange(0, N)[None, :] + tl.program_id(0) * M * N
    tl.store(out_ptr + offsets, tl.cumsum(tl.load(x_ptr + offsets), AXIS))


def cumsum_rows(axis, dtype=torch.float32):
    torch.manual_seed(0)
    x = (torch.randn(3, 4, 8) * 10).to(dtype)
    out = torch.zeros_like(x)
    cumsum_rows_kernel[(3,)](x, out, M=4, N=8, AXIS=axis)
    return out


@triton.jit
def sort_kernel(x_ptr, out_ptr, N: tl.constexpr, DESCENDING: tl.constexpr):
    offsets = tl.program_id(0) * N + tl.arange(0, N)
    tl.store(out_ptr + offsets, tl.sort(tl.load(x_ptr + offsets), descending=DESCENDING))


def sorted_rows(dtype, descending, special=False):
    torch.manual_seed(0)
    x = (torch.randn(3, 16) * 100).to(dtype)
    if special:
        x[0, 3], x[1, 2], x[1, 5] = float("nan"), 0.0, -0.0
    out = torch.zeros_like(x)
    sort_kernel[(3,)](x, out, N=16, DESCENDING=descending)
    return out


@triton.jit
def topk_kernel(x_ptr, out_ptr, N: tl.constexpr, K: tl.constexpr):
    pid = tl.program_id(0)
    x = tl.load(x_ptr + pid * N + tl.arange(0, N))
    tl.store(out_ptr + pid * K + tl.arange(0, K), tl.topk(x, K))


def largest(dtype):
    torch.manual_seed(0)
    x = (torch.randn(3, 16) * 100).to(dtype)
    out = torch.zeros(3, 4, dtype=dtype)
    topk_kernel[(3,)](x, out, N=16, K=4)
    return out


@triton.jit
def matmul_kernel(
    a_ptr, b_ptr, c_ptr, M, N, K, BM: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr
):
    rows = tl.program_id(0) * BM + tl.arange(0, BM)
    columns = tl.program_id(1) * BN + tl.arange(0, BN)
    inner = tl.arange(0, BK)
    total = tl.zeros((BM, BN), dtype=tl.float32)
    for k in range(tl.cdiv(K, BK)):
        within = k * BK + inner
        a = tl.load(
            a_ptr + rows[:, None] * K + within[None, :],
            mask=(rows[:, None] < M) & (within[None, :] < K),
            other=0,
        )
        b = tl.load(
            b_ptr + within[:, None] * N + columns[None, :],
            mask=(within[:, None] < K) & (columns[None, :] < N),
            other=0,
        )
        total += tl.dot(a, b)
    mask = (rows[:, None] < M) & (columns[None, :] < N)
    tl.store(c_ptr + rows[:, None] * N + columns[None, :], total.to(c_ptr.dtype.element_ty), mask)


def matmul(dtype):
    torch.manual_seed(0)
    a, b = torch.randn(40, 50).to(dtype), torch.randn(50, 36).to(dtype)
    c = torch.empty(40, 36, dtype=dtype)
    matmul_kernel[(3, 3)](a, b, c, 40, 36, 50, BM=16, BN=16, BK=16)
    return c
