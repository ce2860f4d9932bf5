"""Logits as integers that ascend as the logits do, and keys that hold such an order and an id.

NaN counts as -inf, and both zeros are equal. Of equal logits the one with the lowest id has the
largest key. Keys of 16-bit logits have 32 bits, keys of float32 have 64.
"""

import triton
import triton.language as tl


@triton.jit
def order_of(logits):
    """int32 of the same shape, a multiple of 2**16 where the logits have 16 bits.

    The magnitude of the bits with the sign of the logit, not their complement: so -0 is 0.
    """
    # Of a number and NaN `tl.maximum` takes the number.
    if logits.dtype == tl.float16:
        numbers = tl.maximum(logits, tl.full((1, 1), float("-inf"), tl.float16))
        bits = numbers.to(tl.int16, bitcast=True).to(tl.int32) << 16
    else:
        bits = tl.maximum(logits.to(tl.float32), float("-inf")).to(tl.int32, bitcast=True)
    sign = bits >> 31
    return ((bits & 0x7FFFFFFF) ^ sign) - sign


@triton.jit
def logits_of(order, dtype: tl.constexpr):
    """The float32 logits whose order is given; `dtype` is what they were read as."""
    bits = tl.where(order < 0, -0x80000000 - order, order)
    if dtype == tl.float16:
        logits = (bits >> 16).to(tl.int16).to(tl.float16, bitcast=True).to(tl.float32)
    else:
        logits = bits.to(tl.float32, bitcast=True)
    return logits


@triton.jit
def lowest(dtype: tl.constexpr):
    """Below the key of every expert, -inf included: what experts have that are taken."""
    return -0x8000000000000000 if dtype == tl.float32 else -0x80000000


@triton.jit
def keys_of(order, experts, dtype: tl.constexpr):
    """Keys of the order of logits and the ids of their experts, which count down from 0xFFFF."""
    if dtype == tl.float32:
        keys = (order.to(tl.int64) << 32) | (0xFFFF - experts).to(tl.int64)
    else:
        keys = order + (0xFFFF - experts)
    return keys


@triton.jit
def order_in(key):
    """The order that `keys_of` put into a key."""
    return key & -0x10000 if key.dtype == tl.int32 else (key >> 32).to(tl.int32)


@triton.jit
def expert_in(key):
    """The id that `keys_of` put into a key."""
    return 0xFFFF - (key & 0xFFFF).to(tl.int32)


@triton.jit
def largest_in_rows(keys):
    """(ROWS, LANES) -> (ROWS, 1)."""
    if keys.dtype == tl.int32:
        largest = tl.max(keys, axis=1, keep_dims=True)
    else:
        # Two reductions of 32 bits, for which GPUs have instructions.
        order = (keys >> 32).to(tl.int32)
        first = tl.max(order, axis=1, keep_dims=True)
        low = tl.max(tl.where(order == first, keys.to(tl.int32), -1), axis=1, keep_dims=True)
        largest = (first.to(tl.int64) << 32) | low.to(tl.int64)
    return largest
