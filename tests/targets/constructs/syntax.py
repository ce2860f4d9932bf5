"""Syntax of Python that the language has, or has not."""

import triton
import triton.language as tl


@triton.jit
def list_comprehension(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    factors = [i for i in range(3)]
    tl.store(y + o, tl.load(x + o) * factors[2])


@triton.jit
def tuple_of_values(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    pair = (tl.load(x + o), 2.0)
    tl.store(y + o, pair[0] * pair[1])


@triton.jit
def unpacked(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    value, factor = tl.load(x + o), 2.0
    tl.store(y + o, value * factor)


@triton.jit
def starred(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    value, *rest = (tl.load(x + o), 2.0, 3.0)
    tl.store(y + o, value * rest[0])


@triton.jit
def dictionary(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    factors = {"two": 2.0}
    tl.store(y + o, tl.load(x + o) * factors["two"])


@triton.jit
def lambda_(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    double = lambda value: value * 2  # noqa: E731 - the construct that is asked
    tl.store(y + o, double(tl.load(x + o)))


@triton.jit
def nested_function(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)

    def double(value):
        return value * 2

    tl.store(y + o, double(tl.load(x + o)))


@triton.jit
def try_except(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    try:
        tl.store(y + o, tl.load(x + o) * 2)
    except ValueError:
        pass


@triton.jit
def raised(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    if n > 1000:
        raise ValueError("large")
    tl.store(y + o, tl.load(x + o) * 2)


@triton.jit
def asserted(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    assert n > 0, "n"
    tl.store(y + o, tl.load(x + o) * 2)


@triton.jit
def walrus(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, (value := tl.load(x + o)) + value)


@triton.jit
def formatted(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.static_assert(BLOCK > 0, f"BLOCK is {BLOCK}")
    tl.store(y + o, tl.load(x + o) * 2)


@triton.jit
def deleted(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    value = tl.load(x + o)
    double = value * 2
    del value
    tl.store(y + o, double)


@triton.jit
def annotated(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    HALF: tl.constexpr = BLOCK // 2
    tl.store(y + o, tl.load(x + o) * 2 + 0 * HALF)


@triton.jit
def reassigned_constexpr(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    HALF: tl.constexpr = 1
    HALF = 2
    tl.store(y + o, tl.load(x + o) * HALF)


@triton.jit
def two_targets(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    first = second = tl.load(x + o)
    tl.store(y + o, first + second)


@triton.jit
def matmul_operator(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) @ tl.load(x + o))


@triton.jit
def power_operator(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) * 2 + 0 * tl.load(x + o) ** 2)


@triton.jit
def with_statement(x, y, n, BLOCK: tl.constexpr):
    o = tl.arange(0, BLOCK)
    with open("x"):
        tl.store(y + o, tl.load(x + o) * 2)


@triton.jit
def global_statement(x, y, n, BLOCK: tl.constexpr):
    global made
    made = 2.0
    o = tl.arange(0, BLOCK)
    tl.store(y + o, tl.load(x + o) * made)
