"""Products of microscaling formats."""

import torch
import triton
import triton.language as tl


@triton.jit
def product_kernel(
    a_ptr,
    a_scale_ptr,
    b_ptr,
    b_scale_ptr,
    out_ptr,
    A: tl.constexpr,
    B: tl.constexpr,
    AM: tl.constexpr,
    AK: tl.constexpr,
    BK: tl.constexpr,
    BN: tl.constexpr,
    M: tl.constexpr,
    N: tl.constexpr,
    GROUPS: tl.constexpr,
    A_PACKED: tl.constexpr,
    B_PACKED: tl.constexpr,
):
    """One matrix product a program; operands and scales lie one after the other."""
    program = tl.program_id(0)
    a_ptr += program * AM * AK
    b_ptr += program * BK * BN
    a = tl.load(a_ptr + tl.arange(0, AM)[:, None] * AK + tl.arange(0, AK)[None, :])
    b = tl.load(b_ptr + tl.arange(0, BK)[:, None] * BN + tl.arange(0, BN)[None, :])
    groups = tl.arange(0, GROUPS)[None, :]
    if a_scale_ptr is None:
        a_scale = None
    else:
        a_scale_ptr += program * M * GROUPS
        a_scale = tl.load(a_scale_ptr + tl.arange(0, M)[:, None] * GROUPS + groups)
    if b_scale_ptr is None:
        b_scale = None
    else:
        b_scale_ptr += program * N * GROUPS
        b_scale = tl.load(b_scale_ptr + tl.arange(0, N)[:, None] * GROUPS + groups)
    place = out_ptr + program * M * N + tl.arange(0, M)[:, None] * N + tl.arange(0, N)[None, :]
    total = tl.load(place)
    total = tl.dot_scaled(
        a, a_scale, A, b, b_scale, B, total, lhs_k_pack=A_PACKED, rhs_k_pack=B_PACKED
    )
    tl.store(place, total)


def product(a, a_scale, a_format, b, b_scale, b_format, m, n, groups, a_packed, b_packed):
    out = torch.ones(len(a), m, n)
    product_kernel[(len(a),)](
        a,
        a_scale,
        b,
        b_scale,
        out,
        a_format,
        b_format,
        *a.shape[1:],
        *b.shape[1:],
        m,
        n,
        groups,
        a_packed,
        b_packed,
    )
    return out


@triton.jit
def refused_kernel(x_ptr, FORMAT: tl.constexpr, SCALES: tl.constexpr, PACKED: tl.constexpr):
    x = tl.load(x_ptr + tl.arange(0, 32)[:, None] * 32 + tl.arange(0, 32)[None, :])
    scale = tl.full((32, SCALES), 127, tl.uint8)
    tl.dot_scaled(x, scale, FORMAT, x, None, FORMAT, lhs_k_pack=PACKED, rhs_k_pack=PACKED)
