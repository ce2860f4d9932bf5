"""Element-wise kernels and casts."""

import torch
import triton
import triton.language as tl


@triton.jit
def add_kernel(x_ptr, y_ptr, out_ptr, n, BLOCK: tl.constexpr):
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = offsets < n
    tl.store(
        out_ptr + offsets,
        tl.load(x_ptr + offsets, mask) + tl.load(y_ptr + offsets, mask, other=1.0),
        mask,
    )


def add(n=1000, dtype=torch.float32):
    torch.manual_seed(0)
    x, y = torch.randn(n).to(dtype), torch.randn(n).to(dtype)
    out = torch.empty_like(x)
    add_kernel[(triton.cdiv(n, 64),)](x, y, out, n, BLOCK=64, num_warps=4)
    return out


@triton.jit
def grid_kernel(out_ptr, stride_x, stride_y):
    x, y, z = tl.program_id(0), tl.program_id(1), tl.program_id(2)
    value = x * 10000 + y * 100 + z + tl.num_programs(1) * 1000000
    tl.store(out_ptr + x * stride_x + y * stride_y + z, value)


def grid_three():
    out = torch.zeros(3, 4, 5, dtype=torch.int32)
    grid_kernel[(3, 4, 5)](out, out.stride(0), out.stride(1))
    return out


def grid_function():
    out = torch.zeros(3, 4, dtype=torch.int32)
    grid_kernel[lambda meta: (3, 4)](out, 4, 1)
    return out


@triton.jit
def float_kernel(x_ptr, y_ptr, out_ptr, BLOCK: tl.constexpr):
    offsets = tl.arange(0, BLOCK)
    x, y = tl.load(x_ptr + offsets), tl.load(y_ptr + offsets)
    out = out_ptr + tl.program_id(0) * 24 * BLOCK + offsets
    positive = tl.abs(x) + 0.5
    tl.store(out, x * y - 2.5)
    tl.store(out + BLOCK, x / positive)
    tl.store(out + 2 * BLOCK, -x)
    tl.store(out + 3 * BLOCK, tl.exp(x))
    tl.store(out + 4 * BLOCK, tl.exp2(x))
    tl.store(out + 5 * BLOCK, tl.log(positive))
    tl.store(out + 6 * BLOCK, tl.log2(positive))
    tl.store(out + 7 * BLOCK, tl.sqrt(positive))
    tl.store(out + 8 * BLOCK, tl.rsqrt(positive))
    tl.store(out + 9 * BLOCK, tl.sin(x) + tl.cos(y))
    tl.store(out + 10 * BLOCK, tl.floor(x) + tl.ceil(y))
    tl.store(out + 11 * BLOCK, tl.erf(x))
    tl.store(out + 12 * BLOCK, tl.minimum(x, y))
    tl.store(out + 13 * BLOCK, tl.maximum(x, y))
    tl.store(out + 14 * BLOCK, tl.clamp(x, -0.5, 0.5))
    tl.store(out + 15 * BLOCK, tl.where(x > y, x, y * 2))
    tl.store(out + 16 * BLOCK, tl.sigmoid(x))
    tl.store(out + 17 * BLOCK, tl.softmax(x, 0))
    tl.store(out + 18 * BLOCK, x % positive)
    tl.store(out + 19 * BLOCK, (x > 0) & (y > 0))
    tl.store(out + 20 * BLOCK, tl.where((x < y) == (x < 0), 1.0, 0.0))
    tl.store(out + 21 * BLOCK, tl.math.div_rn(x, positive))
    tl.store(out + 22 * BLOCK, tl.full([BLOCK], 3, tl.float32) - x)
    tl.store(out + 23 * BLOCK, 1.0 - x)


def floats(special=True):
    torch.manual_seed(0)
    x, y = torch.randn(64), torch.randn(64)
    if special:
        x[:4] = torch.tensor([float("nan"), float("inf"), -float("inf"), -0.0])
    out = torch.zeros(2, 24, 64)
    float_kernel[(2,)](x, y, out, BLOCK=64)
    return out


@triton.jit
def integer_kernel(x_ptr, y_ptr, out_ptr, BLOCK: tl.constexpr):
    offsets = tl.arange(0, BLOCK)
    x, y = tl.load(x_ptr + offsets), tl.load(y_ptr + offsets)
    out = out_ptr + tl.program_id(0) * 16 * BLOCK + offsets
    tl.store(out, x + y)
    tl.store(out + BLOCK, x - y)
    tl.store(out + 2 * BLOCK, x * y)
    tl.store(out + 3 * BLOCK, x // (y | 1))
    tl.store(out + 4 * BLOCK, x % (y | 1))
    tl.store(out + 5 * BLOCK, x & y)
    tl.store(out + 6 * BLOCK, x | y)
    tl.store(out + 7 * BLOCK, x ^ y)
    tl.store(out + 8 * BLOCK, ~x)
    tl.store(out + 9 * BLOCK, x << 2)
    tl.store(out + 10 * BLOCK, x >> 3)
    tl.store(out + 11 * BLOCK, tl.minimum(x, y))
    tl.store(out + 12 * BLOCK, tl.maximum(x, y))
    tl.store(out + 13 * BLOCK, (x < y).to(x.dtype) + (x == y).to(x.dtype) * 2)
    tl.store(out + 14 * BLOCK, tl.where(x < 100, x, y))
    tl.store(out + 15 * BLOCK, tl.cdiv(x, 3))


def integers(dtype):
    torch.manual_seed(0)
    information = torch.iinfo(dtype)
    x = torch.randint(information.min, information.max, (64,), dtype=torch.int64).to(dtype)
    y = torch.randint(information.min, information.max, (64,), dtype=torch.int64).to(dtype)
    out = torch.zeros(2, 16, 64, dtype=dtype)
    integer_kernel[(2,)](x, y, out, BLOCK=64)
    return out


@triton.jit
def cast_kernel(x_ptr, out_ptr, BLOCK: tl.constexpr, TYPE: tl.constexpr):
    offsets = tl.arange(0, BLOCK)
    tl.store(out_ptr + offsets, tl.load(x_ptr + offsets).to(TYPE).to(out_ptr.dtype.element_ty))


def cast(source, type_name, target):
    torch.manual_seed(0)
    x = (torch.randn(64) * 40).to(source)
    out = torch.zeros(64, dtype=target)
    cast_kernel[(1,)](x, out, BLOCK=64, TYPE=getattr(tl, type_name))
    return out


@triton.jit
def bits_kernel(x_ptr, out_ptr, wide_ptr, BLOCK: tl.constexpr):
    offsets = tl.arange(0, BLOCK)
    bits = tl.load(x_ptr + offsets).to(tl.int32, bitcast=True)
    tl.store(out_ptr + offsets, (bits ^ (bits >> 31)).to(tl.float32, bitcast=True))
    unsigned = bits.to(tl.uint32, bitcast=True)
    tl.store(
        wide_ptr + offsets,
        tl.umulhi(unsigned, unsigned).to(tl.int64) | (unsigned.to(tl.int64) << 32),
    )


def bits():
    torch.manual_seed(0)
    x = torch.randn(64)
    out, wide = torch.zeros(64), torch.zeros(64, dtype=torch.int64)
    bits_kernel[(1,)](x, out, wide, BLOCK=64)
    return out, wide


@triton.jit
def random_kernel(out_ptr, seed, BLOCK: tl.constexpr):
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(out_ptr + offsets, tl.rand(seed, offsets) + tl.randn(seed, offsets))


def random_numbers():
    out = torch.zeros(256)
    random_kernel[(4,)](out, 42, BLOCK=64)
    return out
