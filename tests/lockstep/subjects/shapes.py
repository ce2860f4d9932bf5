"""Kernels that move elements around."""

import torch
import triton
import triton.language as tl


@triton.jit
def shuffle_kernel(x_ptr, out_ptr, N: tl.constexpr):
    pid = tl.program_id(0)
    offsets = tl.arange(0, N)
    x = tl.load(x_ptr + pid * N + offsets)
    out = out_ptr + pid * 10 * N
    square = tl.reshape(x, (4, N // 4))
    tl.store(out + offsets, tl.reshape(tl.trans(square), (N,)))
    left, right = tl.split(tl.reshape(x, (N // 2, 2)))
    tl.store(out + N + offsets, tl.interleave(right, left))
    tl.store(out + 2 * N + tl.arange(0, 2 * N), tl.cat(x, x + 1, can_reorder=True))
    joined = tl.join(x, x * 2)
    tl.store(out + 4 * N + offsets[:, None] * 2 + tl.arange(0, 2)[None, :], joined)
    tl.store(out + 6 * N + offsets, tl.gather(x, (offsets * 7) % N, 0))
    tl.store(out + 7 * N + offsets, tl.flip(x, 0))
    cube = tl.permute(tl.reshape(x, (2, 2, N // 4)), (2, 0, 1))
    tl.store(out + 8 * N + offsets, tl.ravel(cube))
    first = tl.broadcast_to(tl.expand_dims(tl.max(square, 1), 1), (4, N // 4))
    tl.store(out + 9 * N + offsets, tl.reshape(square.T.trans() + first, (N,)))


def shuffles():
    torch.manual_seed(0)
    x = torch.randn(5, 32)
    out = torch.zeros(5, 10 * 32)
    shuffle_kernel[(5,)](x, out, N=32)
    return out


@triton.jit
def histogram_kernel(x_ptr, out_ptr, N: tl.constexpr, BINS: tl.constexpr):
    pid = tl.program_id(0)
    x = tl.load(x_ptr + pid * N + tl.arange(0, N))
    tl.store(out_ptr + pid * BINS + tl.arange(0, BINS), tl.histogram(x, BINS))


def histogram():
    torch.manual_seed(0)
    x = torch.randint(0, 16, (5, 64), dtype=torch.int32)
    out = torch.zeros(5, 16, dtype=torch.int32)
    histogram_kernel[(5,)](x, out, N=64, BINS=16)
    return out


@triton.jit
def block_kernel(source, target, M: tl.constexpr, N: tl.constexpr):
    row, column = tl.program_id(0) * M, tl.program_id(1) * N
    target.store([row, column], source.load([row, column]) * 2 + 1)


def host_descriptors():
    from triton.tools.tensor_descriptor import TensorDescriptor

    torch.manual_seed(0)
    x = torch.randn(20, 28)
    out = torch.zeros(20, 28)
    source, target = (
        TensorDescriptor.from_tensor(x, [8, 16]),
        TensorDescriptor.from_tensor(out, [8, 16]),
    )
    block_kernel[(3, 2)](source, target, M=8, N=16)
    return out


@triton.jit
def device_descriptor_kernel(x_ptr, out_ptr, rows, columns, M: tl.constexpr, N: tl.constexpr):
    source = tl.make_tensor_descriptor(x_ptr, [rows, columns], [columns, 1], [M, N])
    target = tl.make_tensor_descriptor(out_ptr, [rows, columns], [columns, 1], [M, N])
    for row in range(tl.program_id(0) * M, rows, M * tl.num_programs(0)):
        block = source.load([row, 0])
        target.store([row, 0], block - tl.max(block, 1)[:, None])


def device_descriptors():
    torch.manual_seed(0)
    x, out = torch.randn(20, 12), torch.zeros(20, 12)
    device_descriptor_kernel[(2,)](x, out, 20, 12, M=4, N=16)
    return out


@triton.jit
def rows_kernel(x_ptr, index_ptr, out_ptr, N: tl.constexpr):
    source = tl.make_tensor_descriptor(x_ptr, [20, 32], [32, 1], [1, 32])
    target = tl.make_tensor_descriptor(out_ptr, [20, 32], [32, 1], [1, 32])
    rows = tl.load(index_ptr + tl.program_id(0) * N + tl.arange(0, N))
    target.scatter(source.gather(rows, 0) * 2, rows, 0)


def descriptor_rows():
    torch.manual_seed(0)
    x, out = torch.randn(20, 32), torch.zeros(20, 32)
    rows_kernel[(2,)](x, torch.randperm(20, dtype=torch.int32)[:16], out, N=8)
    return out


@triton.jit
def _count_kernel(
    x_ptr, mask_ptr, out_ptr, N: tl.constexpr, BINS: tl.constexpr, MASK: tl.constexpr
):
    at = tl.program_id(0) * N + tl.arange(0, N)
    x = tl.load(x_ptr + at)
    out = out_ptr + tl.program_id(0) * BINS + tl.arange(0, BINS)
    if MASK:
        tl.store(out, tl.histogram(x, BINS, mask=tl.load(mask_ptr + at)))
    else:
        tl.store(out, tl.histogram(x, BINS))


def counted(x, mask, masked):
    """How often each of 0 … 7 occurs in both halves of x (2 * N), where the mask shows it."""
    out = torch.zeros(2, 8, dtype=torch.int32)
    _count_kernel[(2,)](x, mask, out, N=len(x) // 2, BINS=8, MASK=masked)
    return out
