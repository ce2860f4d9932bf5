"""Functions of one line, each an operation of Triton's language, on blocks."""

import triton
import triton.language as tl


@triton.jit
def _right(left, right):
    return right


@triton.jit
def _larger(left, right):
    return tl.maximum(left, right)


@triton.jit
def _affine(scale, offset, other_scale, other_offset):
    return scale * other_scale, offset * other_scale + other_offset


@triton.jit
def largest(x, axis):
    return tl.max(x, axis)


@triton.jit
def smallest(x, axis):
    return tl.min(x, axis)


@triton.jit
def total(x, axis):
    return tl.sum(x, axis)


@triton.jit
def xor_total(x, axis):
    return tl.xor_sum(x, axis)


@triton.jit
def or_total(x, axis):
    return tl.reduce_or(x, axis)


@triton.jit
def kept_largest(x, axis):
    return tl.max(x, axis, keep_dims=True)


@triton.jit
def kept_total(x, axis):
    return tl.sum(x, axis, keep_dims=True)


@triton.jit
def largest_with_index(x, axis):
    return tl.max(x, axis, return_indices=True)


@triton.jit
def smallest_with_index(x, axis):
    return tl.min(x, axis, return_indices=True)


@triton.jit
def kept_largest_with_index(x, axis):
    return tl.max(x, axis, return_indices=True, keep_dims=True)


@triton.jit
def largest_with_any_index(x, axis):
    return tl.max(x, axis, return_indices=True, return_indices_tie_break_left=False)


@triton.jit
def smallest_with_any_index(x, axis):
    return tl.min(x, axis, return_indices=True, return_indices_tie_break_left=False)


@triton.jit
def last(x, axis):
    return tl.reduce(x, axis, _right)


@triton.jit
def composed(x, axis):
    return tl.reduce((x, x + 1), axis, _affine)[1]


@triton.jit
def summed_rows(x):
    return tl.cumsum(x, 0, reverse=False)


@triton.jit
def multiplied_rows(x):
    return tl.cumprod(x, 0, reverse=False)


@triton.jit
def running_largest_rows(x):
    return tl.associative_scan(x, 0, _larger, reverse=False)


@triton.jit
def composed_rows(x):
    return tl.associative_scan((x, x + 1), 0, _affine, reverse=False)[1]


@triton.jit
def summed_rows_reversed(x):
    return tl.cumsum(x, 0, reverse=True)


@triton.jit
def multiplied_rows_reversed(x):
    return tl.cumprod(x, 0, reverse=True)


@triton.jit
def running_largest_rows_reversed(x):
    return tl.associative_scan(x, 0, _larger, reverse=True)


@triton.jit
def composed_rows_reversed(x):
    return tl.associative_scan((x, x + 1), 0, _affine, reverse=True)[1]


@triton.jit
def summed_columns(x):
    return tl.cumsum(x, 1, reverse=False)


@triton.jit
def multiplied_columns(x):
    return tl.cumprod(x, 1, reverse=False)


@triton.jit
def running_largest_columns(x):
    return tl.associative_scan(x, 1, _larger, reverse=False)


@triton.jit
def composed_columns(x):
    return tl.associative_scan((x, x + 1), 1, _affine, reverse=False)[1]


@triton.jit
def summed_columns_reversed(x):
    return tl.cumsum(x, 1, reverse=True)


@triton.jit
def multiplied_columns_reversed(x):
    return tl.cumprod(x, 1, reverse=True)


@triton.jit
def running_largest_columns_reversed(x):
    return tl.associative_scan(x, 1, _larger, reverse=True)


@triton.jit
def composed_columns_reversed(x):
    return tl.associative_scan((x, x + 1), 1, _affine, reverse=True)[1]


@triton.jit
def ascending(x):
    return tl.sort(x)


@triton.jit
def descending(x):
    return tl.sort(x, descending=True)


@triton.jit
def flipped(x):
    return tl.flip(x, 1)
