"""What a program does with a tile of keys: scores, a step of online softmax, what comes out of it.

Blocks are two-dimensional throughout, rows (N, 1) against columns (1, N), so that they broadcast
without being reshaped. Exponents have base 2, which is what a GPU computes: `scale` and sinks come
multiplied by `LOG2_E`.
"""

import triton
import triton.language as tl

# Where maxima start. It is finite, so that no difference to it is NaN, and no weight is lost to
# it: next to a maximum that was never raised, hidden scores of -inf still have weight 0.
LOWEST = tl.constexpr(-3.4028234663852886e38)
LOG2_E = tl.constexpr(1.4426950408889634)


@triton.jit
def wide(number, WIDE: tl.constexpr):
    """The number, of which the compiler knows that 16 divides it if WIDE: so loads are vectors.

    Triton would find that out for each number, and compile anew for each combination.
    """
    return number // 16 * 16 if WIDE else number


@triton.jit
def unknown_zero():
    """0, of which no compiler knows that 16 divides it: what it is added to is read element by
    element.

    Torch's compiler launches kernels with all that it knows of numbers. Reading in vectors gives
    scores another layout, sums of rows another order, and so results other bits than in a launch
    that is not traced.
    """
    return tl.minimum(tl.program_id(0), 0)


@triton.jit
def elements_of(size, BLOCK_SIZE: tl.constexpr, WIDE: tl.constexpr):
    """The elements (1, BLOCK_SIZE) of a head, and which of them exist."""
    elements = tl.arange(0, BLOCK_SIZE)[None, :]
    return elements, elements < wide(size, WIDE)


@triton.jit
def load_rows(
    query_pointer, inside, tokens, groups, elements,
    batch_stride, head_stride, group_stride, token_stride, NARROW: tl.constexpr,
):  # fmt: skip
    """The queries (ROWS, D) of this program."""
    offsets = tl.program_id(2) * batch_stride + tl.program_id(1) * head_stride
    offsets += groups * group_stride + tokens * token_stride
    query = tl.load(query_pointer + (offsets + elements), mask=inside, other=0.0)
    return query if NARROW else query.to(tl.float32)


@triton.jit
def nothing_seen(
    sinks_pointer, wanted, heads, count, head_stride, sink_stride,
    SINKS: tl.constexpr, ROWS: tl.constexpr, SPREAD: tl.constexpr,
):  # fmt: skip
    """Maximum and total (ROWS, 1) of rows that have seen no key, but their sinks if `wanted`.

    SINKS: 0, or a power of 2 that is not less than `count`.
    """
    maximum = tl.full([ROWS, 1], LOWEST, tl.float32)
    total = tl.zeros([ROWS, 1], tl.float32)
    if SINKS > 0:
        sinks = tl.arange(0, SINKS)[None, :]
        logits = tl.load(
            sinks_pointer + (heads * head_stride + sinks * sink_stride),
            mask=wanted & (sinks < count),
            other=float("-inf"),
        )
        logits = logits.to(tl.float32) * LOG2_E
        maximum = tl.maximum(maximum, tl.max(logits, axis=1, keep_dims=True))
        total = tl.sum(tl.exp2(logits - (maximum - SPREAD)), axis=1, keep_dims=True)
    return maximum, total


@triton.jit
def products_of(query, keys, NARROW: tl.constexpr):
    """Products (ROWS, KEYS) of rows (ROWS, D) and keys (KEYS, D)."""
    if not NARROW:
        keys = keys.to(tl.float32)
    return tl.dot(query, tl.trans(keys), input_precision="ieee")


@triton.jit
def weigh(scores, values, maximum, total, result, NARROW: tl.constexpr, SPREAD: tl.constexpr):
    """One step of online softmax: rows see a tile of keys with `scores`, and `values` (KEYS, D).

    scores: (ROWS, KEYS), -inf where a key is hidden. Returns maximum and total (ROWS, 1) with the
    tile added, and result (ROWS, D), the sum of values by weight; total and result are multiplied
    by 2**SPREAD. What no row sees must be finite in `values`.
    """
    raised = tl.maximum(maximum, tl.max(scores, axis=1, keep_dims=True))
    terms = tl.exp2(scores - (raised - SPREAD))
    return _add(terms, values, raised, maximum, total, result, NARROW)


@triton.jit
def weigh_all(products, scale, hidden, values, maximum, total, result,
              NARROW: tl.constexpr, SPREAD: tl.constexpr):  # fmt: skip
    """As `weigh`, for keys that all rows see: one multiplication and addition for each weight.

    scale: not negative. hidden: a scalar, 0, or -inf if there is no such tile.
    """
    highest = tl.max(products, axis=1, keep_dims=True) * scale + hidden
    raised = tl.maximum(maximum, highest)
    terms = tl.exp2(products * scale + (hidden - (raised - SPREAD)))
    return _add(terms, values, raised, maximum, total, result, NARROW)


@triton.jit
def _add(terms, values, raised, maximum, total, result, NARROW: tl.constexpr):
    shrink = tl.exp2(maximum - raised)
    total = total * shrink + tl.sum(terms, axis=1, keep_dims=True)
    terms = terms.to(values.dtype) if NARROW else terms
    values = values if NARROW else values.to(tl.float32)
    result = tl.dot(terms, values, result * shrink, input_precision="ieee")
    return raised, total, result


@triton.jit
def store_rows(output_pointer, result, total, inside, tokens, groups, elements, length,
               group_count, size):  # fmt: skip
    """Write what the rows came to, into `output_of`: zeros where nothing was visible."""
    result = result / tl.where(total == 0.0, 1.0, total)
    rows = tl.program_id(2).to(tl.int64) * length + tokens
    lines = (rows * tl.num_programs(1) + tl.program_id(1)) * group_count + groups
    output = result.to(output_pointer.dtype.element_ty)
    tl.store(output_pointer + (lines * size + elements), output, mask=inside)


@triton.jit
def partial_lines(split, splits, rows, rows_each):
    """Where partial results of `rows` lie in scratch memory: their lines, and how many there are.

    A key head of a sequence has `rows_each`. Results (LINES, D) come first, then the maxima
    (LINES,) and the totals (LINES,).
    """
    here = tl.program_id(2).to(tl.int64) * tl.num_programs(1) + tl.program_id(1)
    programs = tl.num_programs(2).to(tl.int64) * tl.num_programs(1) * splits
    return (here * splits + split) * rows_each + rows, programs * rows_each
