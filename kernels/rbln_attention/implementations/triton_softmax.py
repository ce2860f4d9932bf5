"""What both attention kernels share: where a tile's rows lie, sinks, and a step of online softmax.

Blocks are two-dimensional throughout, rows (N, 1) against columns (1, N), so that they broadcast
without being reshaped.
"""

import triton
import triton.language as tl

# Where maxima start. It is finite, so that no difference to it is NaN, and no weight is lost to
# it: next to a maximum that was never raised, hidden scores of -inf still have weight 0.
LOWEST = tl.constexpr(-3.4028234663852886e38)


@triton.jit
def tile_rows(length, GROUPS: tl.constexpr, ROWS: tl.constexpr):
    """Token and group of each row (ROWS, 1) of this program, and how many tokens end with it.

    The groups of a token lie next to each other: a tile spans few tokens, and so few keys.
    """
    first = tl.program_id(0) * ROWS
    rows = first + tl.arange(0, ROWS)[:, None]
    return rows // GROUPS, rows % GROUPS, tl.minimum((first + (ROWS - 1)) // GROUPS + 1, length)


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
def store_rows(output_pointer, result, total, inside, tokens, groups, elements, length,
               GROUPS: tl.constexpr, SIZE: tl.constexpr, SPREAD: tl.constexpr):  # fmt: skip
    """Write what the rows came to, into `output_of`: zeros where nothing was visible."""
    # The largest term is 1: a smaller total is that of a row that saw nothing.
    result = result / tl.maximum(total, 1.0)
    if SPREAD != 1.0:
        result = result * (1.0 / SPREAD)
    rows = tl.program_id(2).to(tl.int64) * length + tokens
    lines = (rows * tl.num_programs(1) + tl.program_id(1)) * GROUPS + groups
    output = result.to(output_pointer.dtype.element_ty)
    tl.store(output_pointer + (lines * SIZE + elements), output, mask=inside)


@triton.jit
def nothing_seen(
    sinks_pointer, is_row, groups, head_stride, sink_stride,
    GROUPS: tl.constexpr, SINKS: tl.constexpr, BLOCK_SINKS: tl.constexpr, ROWS: tl.constexpr,
):  # fmt: skip
    """Maximum and total (ROWS, 1) of rows that have seen no key, but their sinks if there are."""
    maximum = tl.full([ROWS, 1], LOWEST, tl.float32)
    total = tl.zeros([ROWS, 1], tl.float32)
    if SINKS > 0:
        sinks = tl.arange(0, BLOCK_SINKS)[None, :]
        heads = tl.program_id(1) * GROUPS + groups
        logits = tl.load(
            sinks_pointer + (heads * head_stride + sinks * sink_stride),
            mask=is_row & (sinks < SINKS),
            other=float("-inf"),
        ).to(tl.float32)
        maximum = tl.maximum(maximum, tl.max(logits, axis=1, keep_dims=True))
        total = tl.sum(tl.exp(logits - maximum), axis=1, keep_dims=True)
    return maximum, total


@triton.jit
def attend(query, keys, values, visible, scale, maximum, total, result, NARROW: tl.constexpr,
           SPREAD: tl.constexpr):  # fmt: skip
    """One step of online softmax: rows (ROWS, D) see a block of keys and values (KEYS, D).

    visible: (ROWS, KEYS). Returns maximum and total (ROWS, 1) with the block added, and result
    (ROWS, D), `SPREAD` times the sum of values by weight. What no row sees must be finite in
    `values`, but may be anything in `keys`.
    """
    if not NARROW:
        keys = keys.to(tl.float32)
        values = values.to(tl.float32)
    scores = tl.dot(query, tl.trans(keys), input_precision="ieee") * scale
    scores = tl.where(visible, scores, float("-inf"))
    raised = tl.maximum(maximum, tl.max(scores, axis=1, keep_dims=True))
    terms = tl.exp(scores - raised)
    shrink = tl.exp(maximum - raised)
    total = total * shrink + tl.sum(terms, axis=1, keep_dims=True)
    if SPREAD != 1.0:
        terms = terms * SPREAD
    if NARROW:
        terms = terms.to(values.dtype)
    result = tl.dot(terms, values, result * shrink, input_precision="ieee")
    return raised, total, result
