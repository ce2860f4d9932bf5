"""Operations that depend on shapes and types."""

import triton
import triton.language as tl


@triton.jit
def arange_of_three(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, 3)
    tl.store(y + o, tl.load(x + o) * 2)
    p = tl.arange(0, BLOCK)
    tl.store(y + p, tl.load(x + p) * 2)


@triton.jit
def arange_of_an_argument(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, n)
    tl.store(y + o, tl.load(x + o) * 2)
    p = tl.arange(0, BLOCK)
    tl.store(y + p, tl.load(x + p) * 2)


@triton.jit
def indexed(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    value = tl.load(x + o)
    tl.store(y, value[0] * 2)
    tl.store(y + o, value * 2)


@triton.jit
def item_assigned(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    value = tl.load(x + o) * 2
    value[0] = value[0]
    tl.store(y + o, value)


@triton.jit
def sliced(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    value = tl.load(x + o)
    tl.store(y + o, value[0:BLOCK] * 2)


@triton.jit
def axes_added(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    value = tl.load(x + o)[:, None]
    tl.store(y + o, tl.reshape(value, (BLOCK,)) * 2)


@triton.jit
def shapes_that_differ(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    p = tl.arange(0, BLOCK * 2)
    tl.store(y + o, tl.load(x + o) * 2 + 0 * p)


@triton.jit
def float_index(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK).to(tl.float32)
    tl.store(y + o, tl.load(x + o) * 2)


@triton.jit
def pointer_times_two(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load((x + o) * 1) * 2)


@triton.jit
def store_of_a_scalar(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) * 2)
    tl.store(y, tl.load(x) * 2)


@triton.jit
def store_of_a_block_to_one_place(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) * 2)
    tl.store(y, tl.load(x + o) * 2)


@triton.jit
def mask_of_integers(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o, mask=o, other=0.0) * 2)


@triton.jit
def other_without_mask(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o, other=0.0) * 2)


@triton.jit
def small_dot(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    a = tl.zeros((4, 4), tl.float16)
    tl.store(y + o, tl.load(x + o) * 2 + 0 * tl.sum(tl.dot(a, a)))


@triton.jit
def dot(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    a = tl.zeros((16, 16), tl.float16)
    tl.store(y + o, tl.load(x + o) * 2 + 0 * tl.sum(tl.dot(a, a)))


@triton.jit
def dot_of_two_types(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    a = tl.zeros((16, 16), tl.float16)
    b = tl.zeros((16, 16), tl.float32)
    tl.store(y + o, tl.load(x + o) * 2 + 0 * tl.sum(tl.dot(a, b)))


@triton.jit
def huge_block(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    big = tl.arange(0, 2097152)
    tl.store(y + o, tl.load(x + o) * 2 + 0 * tl.sum(big))


@triton.jit
def static_assertion(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.static_assert(BLOCK > 1000)
    tl.store(y + o, tl.load(x + o) * 2)


@triton.jit
def bitwise_of_floats(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) & 1)


@triton.jit
def shift_of_floats(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) << 1)


@triton.jit
def reduction_of_a_missing_axis(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) * 2 + 0 * tl.sum(tl.load(x + o), axis=1))


@triton.jit
def bitcast_of_other_width(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) * 2 + 0 * tl.load(x + o).to(tl.int16, bitcast=True))


@triton.jit
def not_of_a_block(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) * 2, mask=not (o > BLOCK))


@triton.jit
def and_of_blocks(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) * 2, mask=(o >= 0) and (o < BLOCK))


@triton.jit
def atomic_of_a_bool(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.atomic_add(y + o, tl.load(x + o) > 0)
    tl.store(y + o, tl.load(x + o) * 2)


@triton.jit
def too_much_shared_memory(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    a = tl.load(x + (tl.arange(0, 256)[:, None] + tl.arange(0, 512)[None, :]) % BLOCK)
    b = tl.load(x + (tl.arange(0, 512)[:, None] + tl.arange(0, 256)[None, :]) % BLOCK)
    tl.store(y + o, tl.load(x + o) * 2 + 0 * tl.sum(tl.dot(a, b)))
