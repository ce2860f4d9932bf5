"""Functions of one line, each an operation of Triton's language, for kernels that apply them."""

import triton
import triton.language as tl


@triton.jit
def negative(x):
    return -x


@triton.jit
def inverted(x):
    return ~x


@triton.jit
def absolute(x):
    return tl.abs(x)


@triton.jit
def floor(x):
    return tl.floor(x)


@triton.jit
def ceil(x):
    return tl.ceil(x)


@triton.jit
def root(x):
    return tl.sqrt_rn(x)


@triton.jit
def inverse_root(x):
    return tl.rsqrt(x)


@triton.jit
def exponential(x):
    return tl.exp(x)


@triton.jit
def power_of_two(x):
    return tl.exp2(x)


@triton.jit
def logarithm(x):
    return tl.log(x)


@triton.jit
def binary_logarithm(x):
    return tl.log2(x)


@triton.jit
def sine(x):
    return tl.sin(x)


@triton.jit
def cosine(x):
    return tl.cos(x)


@triton.jit
def error_function(x):
    return tl.erf(x)


@triton.jit
def logistic(x):
    return tl.sigmoid(x)


@triton.jit
def divide(x, y):
    return x // y


@triton.jit
def remainder(x, y):
    return x % y


@triton.jit
def add(x, y):
    return x + y


@triton.jit
def subtract(x, y):
    return x - y


@triton.jit
def multiply(x, y):
    return x * y


@triton.jit
def true_divide(x, y):
    return x / y


@triton.jit
def shift_left(x, y):
    return x << y


@triton.jit
def shift_right(x, y):
    return x >> y


@triton.jit
def both(x, y):
    return x & y


@triton.jit
def either(x, y):
    return x | y


@triton.jit
def exclusive(x, y):
    return x ^ y


@triton.jit
def high_half(x, y):
    return tl.umulhi(x, y)


@triton.jit
def smaller(x, y):
    return tl.minimum(x, y)


@triton.jit
def larger(x, y):
    return tl.maximum(x, y)


@triton.jit
def smaller_or_nan(x, y):
    return tl.minimum(x, y, propagate_nan=tl.PropagateNan.ALL)


@triton.jit
def larger_or_nan(x, y):
    return tl.maximum(x, y, propagate_nan=tl.PropagateNan.ALL)


@triton.jit
def rounded_quotient(x, y):
    return tl.div_rn(x, y)


@triton.jit
def up_divide(x, y):
    return tl.cdiv(x, y)


@triton.jit
def less(x, y):
    return x < y


@triton.jit
def less_equal(x, y):
    return x <= y


@triton.jit
def greater(x, y):
    return x > y


@triton.jit
def greater_equal(x, y):
    return x >= y


@triton.jit
def equal(x, y):
    return x == y


@triton.jit
def not_equal(x, y):
    return x != y


@triton.jit
def fused(x, y, z):
    return tl.fma(x, y, z)


@triton.jit
def clamped(x, y, z):
    return tl.clamp(x, y, z)


@triton.jit
def clamped_or_nan(x, y, z):
    return tl.clamp(x, y, z, propagate_nan=tl.PropagateNan.ALL)


@triton.jit
def chosen(x, y, z):
    return tl.where(x != 0, y, z)
