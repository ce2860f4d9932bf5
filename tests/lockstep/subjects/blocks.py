"""Kernels with block pointers, which Triton 3.6 to 3.8 have."""

import torch
import triton
import triton.language as tl


@triton.jit
def transposed_sum_kernel(
    x_ptr, y_ptr, out_ptr, M, N, stride_m, stride_n, BM: tl.constexpr, BN: tl.constexpr
):
    """out[m, n] = x[m, n] + y[n, m], in blocks; the second one is advanced along its rows."""
    row = tl.program_id(0) * BM
    x = tl.make_block_ptr(x_ptr, (M, N), (stride_m, stride_n), (row, 0), (BM, BN), (1, 0))
    y = tl.make_block_ptr(y_ptr, (M, N), (1, M), (row, 0), (BM, BN), (0, 1))
    out = tl.make_block_ptr(out_ptr, (M, N), (N, 1), (row, 0), (BM, BN), (1, 0))
    for _ in range(0, N, BN):
        left = tl.load(x, boundary_check=(0, 1), padding_option="zero")
        right = tl.load(y, boundary_check=[0, 1], padding_option="zero")
        tl.store(out, (left + right).to(out_ptr.dtype.element_ty), boundary_check=(0, 1))
        x = tl.advance(x, (0, BN))
        y = tl.advance(y, (0, BN))
        out = tl.advance(out, (0, BN))


def transposed_sum(m, n, dtype="float32", block=(4, 8)):
    kind = getattr(torch, dtype)
    x = torch.arange(m * n * 2).view(m, n * 2).to(kind)[:, ::2]
    y, out = torch.arange(n * m).view(n, m).to(kind), torch.zeros(m, n, dtype=kind)
    grid = (triton.cdiv(m, block[0]),)
    transposed_sum_kernel[grid](x, y, out, m, n, *x.stride(), *block)
    return out


@triton.jit
def padded_kernel(x_ptr, out_ptr, n, shift, BLOCK: tl.constexpr, PADDING: tl.constexpr):
    x = tl.make_block_ptr(x_ptr, (n,), (1,), (shift,), (BLOCK,), (0,))
    block = tl.load(x, boundary_check=(0,), padding_option=PADDING)
    tl.store(out_ptr + tl.arange(0, BLOCK), block)


def padded(n, shift, padding, dtype="float32"):
    x, out = torch.arange(1, n + 1).to(getattr(torch, dtype)), torch.zeros(8, dtype=torch.float32)
    padded_kernel[(1,)](x, out, n, shift, BLOCK=8, PADDING=padding)
    return out


@triton.jit
def three_axes_kernel(x_ptr, out_ptr, A, B, C, BLOCK: tl.constexpr):
    x = tl.make_block_ptr(
        x_ptr, [A, B, C], [B * C, C, 1], [tl.program_id(0), 0, 0], [1, BLOCK, BLOCK], [2, 1, 0]
    )
    total = tl.zeros((), tl.float32)
    for _ in range(tl.cdiv(C, BLOCK)):
        block = tl.load(x, boundary_check=(1, 2), padding_option="zero")
        total += tl.sum(block.reshape(BLOCK * BLOCK))
        x = tl.advance(x, [0, 0, BLOCK])
    tl.store(out_ptr + tl.program_id(0), total)


def three_axes(a, b, c):
    x, out = torch.arange(float(a * b * c)).view(a, b, c), torch.zeros(a)
    three_axes_kernel[(a,)](x, out, a, b, c, BLOCK=4)
    return out


@triton.jit
def advanced_by_method(x_ptr, out_ptr, BLOCK: tl.constexpr):
    x = tl.make_block_ptr(x_ptr, (2 * BLOCK,), (1,), (0,), (BLOCK,), (0,))
    tl.store(out_ptr + tl.arange(0, BLOCK), tl.load(x.advance((BLOCK,))))


@triton.jit
def unchecked(x_ptr, out_ptr, n, BLOCK: tl.constexpr):
    x = tl.make_block_ptr(x_ptr, (n,), (1,), (0,), (BLOCK,), (0,))
    out = tl.make_block_ptr(out_ptr, (n,), (1,), (0,), (BLOCK,), (0,))
    tl.store(out, tl.load(x, boundary_check=(0,), padding_option="zero"))


@triton.jit
def lying_shape(x_ptr, out_ptr, n, BLOCK: tl.constexpr):
    x = tl.make_block_ptr(x_ptr, (n,), (1,), (0,), (BLOCK,), (0,))
    tl.store(out_ptr + tl.arange(0, BLOCK), tl.load(x, boundary_check=(0,), padding_option="zero"))


@triton.jit
def masked(x_ptr):
    x = tl.make_block_ptr(x_ptr, (8,), (1,), (0,), (8,), (0,))
    tl.load(x, mask=tl.arange(0, 8) < 4)


@triton.jit
def third_axis(x_ptr):
    x = tl.make_block_ptr(x_ptr, (8,), (1,), (0,), (8,), (0,))
    tl.load(x, boundary_check=(1,))


@triton.jit
def wrong_order(x_ptr):
    tl.make_block_ptr(x_ptr, (8,), (1,), (0,), (8,), (1,))


@triton.jit
def wrong_rank(x_ptr):
    tl.make_block_ptr(x_ptr, (8, 8), (1,), (0,), (8,), (0,))


@triton.jit
def integers_padded_with_nan(x_ptr):
    x = tl.make_block_ptr(x_ptr, (8,), (1,), (0,), (8,), (0,))
    tl.load(x, boundary_check=(0,), padding_option="nan")


@triton.jit
def pointer_without_block(x_ptr):
    tl.load(x_ptr + tl.arange(0, 8), boundary_check=(0,))
