"""Where lockstep follows compiled code or refuses.

Bfloat16, libdevice, unsupported features, launch machinery.
"""

import triton
import triton.language as tl
from triton.language.extra import libdevice


@triton.jit
def bfloat16_kernel(x_ptr, y_ptr, out_ptr, BLOCK: tl.constexpr):
    offsets = tl.arange(0, BLOCK)
    x, y = tl.load(x_ptr + offsets), tl.load(y_ptr + offsets)
    tl.store(out_ptr + offsets, x + y)
    tl.store(out_ptr + BLOCK + offsets, x * y)
    tl.store(out_ptr + 2 * BLOCK + offsets, tl.where(x < y, x, y))
    tl.store(out_ptr + 3 * BLOCK + offsets, (x.to(tl.float32) * 1.003).to(tl.bfloat16))
    tl.store(out_ptr + 4 * BLOCK, tl.max(x, 0))
    tl.store(out_ptr + 5 * BLOCK, tl.sum(x, 0))


@triton.jit
def scaled(x_ptr, out_ptr, scale, offset: tl.int64):
    tl.static_assert(scale.dtype == tl.float32)
    tl.static_assert(offset.dtype == tl.int64)
    tl.store(out_ptr, tl.load(x_ptr) * scale)


@triton.jit
def libdevice_kernel(x_ptr, out_ptr, BLOCK: tl.constexpr):
    offsets = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + offsets)
    tl.store(out_ptr + offsets, libdevice.tanh(x) + libdevice.pow(x, 2.0))
    tl.store(
        out_ptr + BLOCK + offsets,
        tl.where(libdevice.isnan(x), 1.0, libdevice.log1p(libdevice.abs(x))),
    )


@triton.jit
def unknown_libdevice(x_ptr):
    tl.store(x_ptr, libdevice.cyl_bessel_i0(tl.load(x_ptr)))


@triton.jit
def inline_assembly(x_ptr):
    x = tl.load(x_ptr)
    tl.store(
        x_ptr,
        tl.inline_asm_elementwise("mov $0, $1;", "=r,r", [x], dtype=tl.int32, is_pure=True, pack=1),
    )


@triton.jit
def float8_addition(x_ptr):
    x = tl.load(x_ptr)
    tl.store(x_ptr, x + x)


@triton.jit
def float8_conversion(x_ptr, out_ptr, back_ptr, BLOCK: tl.constexpr):
    offsets = tl.arange(0, BLOCK)
    small = tl.load(x_ptr + offsets).to(back_ptr.dtype.element_ty)
    tl.store(back_ptr + offsets, small)
    tl.store(out_ptr + offsets, small.to(tl.float32))


@triton.autotune(
    configs=[triton.Config({"STEP": 1}), triton.Config({"STEP": 5}, num_warps=8)], key=["n"]
)
@triton.jit
def tuned(out_ptr, n, STEP: tl.constexpr):
    tl.store(out_ptr + tl.program_id(0), STEP)


@triton.jit
def printing(x_ptr):
    pid = tl.program_id(0)
    tl.device_print("value", tl.load(x_ptr + pid))


@triton.jit
def asserting(x_ptr):
    tl.device_assert(tl.load(x_ptr + tl.program_id(0)) > 0, "must be positive")


@triton.jit
def failing(x_ptr):
    tl.static_assert(x_ptr.dtype.element_ty == tl.int8, "on purpose")


@triton.jit
def keeps_going(out_ptr):
    tl.store(out_ptr + tl.program_id(0), tl.program_id(0))
