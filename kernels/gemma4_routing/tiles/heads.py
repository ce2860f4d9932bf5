"""Networks that sort the keys of a lane: every key is a tensor, and all lanes do the same."""

import triton
import triton.language as tl


@triton.jit
def ordered(left, right):
    """The larger and the smaller of two keys."""
    return tl.maximum(left, right), tl.minimum(left, right)


@triton.jit
def split_4(tile, ROWS: tl.constexpr, LANES: tl.constexpr):
    """(ROWS, LANES * 4) -> four tensors (ROWS, LANES): what stands side by side, in a lane."""
    tile = tl.reshape(tile, (ROWS, LANES, 2, 2))
    even, odd = tl.split(tile)
    a, c = tl.split(even)
    b, d = tl.split(odd)
    return a, b, c, d


@triton.jit
def split_8(tile, ROWS: tl.constexpr, LANES: tl.constexpr):
    """(ROWS, LANES * 8) -> eight tensors (ROWS, LANES): what stands side by side, in a lane."""
    even, odd = tl.split(tl.reshape(tile, (ROWS, LANES * 4, 2)))
    a, c, e, g = split_4(even, ROWS, LANES)
    b, d, f, h = split_4(odd, ROWS, LANES)
    return a, b, c, d, e, f, g, h


@triton.jit
def sorted_4(a, b, c, d):
    """Four keys, largest first, by five comparators."""
    a, b = ordered(a, b)
    c, d = ordered(c, d)
    a, c = ordered(a, c)
    b, d = ordered(b, d)
    b, c = ordered(b, c)
    return a, b, c, d


@triton.jit
def sorted_8(a, b, c, d, e, f, g, h):
    """Eight keys, largest first: Batcher's odd-even merge sort, 19 comparators."""
    a, b, c, d = sorted_4(a, b, c, d)
    e, f, g, h = sorted_4(e, f, g, h)
    a, e = ordered(a, e)
    b, f = ordered(b, f)
    c, g = ordered(c, g)
    d, h = ordered(d, h)
    c, e = ordered(c, e)
    d, f = ordered(d, f)
    b, c = ordered(b, c)
    d, e = ordered(d, e)
    f, g = ordered(f, g)
    return a, b, c, d, e, f, g, h


@triton.jit
def largest_4(a, b, c, d, p, q, r, s):
    """The four largest of two sorted fours, sorted: a bitonic sequence, and its merge."""
    a, b, c, d = tl.maximum(a, s), tl.maximum(b, r), tl.maximum(c, q), tl.maximum(d, p)
    a, c = ordered(a, c)
    b, d = ordered(b, d)
    a, b = ordered(a, b)
    c, d = ordered(c, d)
    return a, b, c, d


@triton.jit
def largest_8(a, b, c, d, e, f, g, h, p, q, r, s, t, u, v, w):
    """The eight largest of two sorted eights, sorted: a bitonic sequence, and its merge."""
    a, b, c, d = tl.maximum(a, w), tl.maximum(b, v), tl.maximum(c, u), tl.maximum(d, t)
    e, f, g, h = tl.maximum(e, s), tl.maximum(f, r), tl.maximum(g, q), tl.maximum(h, p)
    a, e = ordered(a, e)
    b, f = ordered(b, f)
    c, g = ordered(c, g)
    d, h = ordered(d, h)
    a, c = ordered(a, c)
    b, d = ordered(b, d)
    e, g = ordered(e, g)
    f, h = ordered(f, h)
    a, b = ordered(a, b)
    c, d = ordered(c, d)
    e, f = ordered(e, f)
    g, h = ordered(g, h)
    return a, b, c, d, e, f, g, h
