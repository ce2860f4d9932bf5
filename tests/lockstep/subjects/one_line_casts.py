"""Functions of one line, each a cast of Triton's language, for kernels that apply them."""

import triton
import triton.language as tl


@triton.jit
def to_int8(x):
    return x.to(tl.int8)


@triton.jit
def to_uint8(x):
    return x.to(tl.uint8)


@triton.jit
def to_int16(x):
    return x.to(tl.int16)


@triton.jit
def to_int32(x):
    return x.to(tl.int32)


@triton.jit
def to_int64(x):
    return x.to(tl.int64)


@triton.jit
def to_uint32(x):
    return x.to(tl.uint32)


@triton.jit
def to_float16(x):
    return x.to(tl.float16)


@triton.jit
def to_bfloat16(x):
    return x.to(tl.bfloat16)


@triton.jit
def to_float32(x):
    return x.to(tl.float32)


@triton.jit
def to_float64(x):
    return x.to(tl.float64)


@triton.jit
def to_flag(x):
    return x.to(tl.int1)


@triton.jit
def to_e4m3(x):
    return x.to(tl.float8e4nv)


@triton.jit
def to_e5m2(x):
    return x.to(tl.float8e5)


@triton.jit
def bits_of_float(x):
    return x.to(tl.int32, bitcast=True)


@triton.jit
def bits_of_half(x):
    return x.to(tl.int16, bitcast=True)


@triton.jit
def float_of_bits(x):
    return x.to(tl.float32, bitcast=True)


@triton.jit
def bfloat16_of_bits(x):
    return x.to(tl.bfloat16, bitcast=True)


@triton.jit
def to_float16_toward_zero(x):
    return x.to(tl.float16, fp_downcast_rounding="rtz")


@triton.jit
def to_bfloat16_toward_zero(x):
    return x.to(tl.bfloat16, fp_downcast_rounding="rtz")
