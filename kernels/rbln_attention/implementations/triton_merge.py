"""What the shares of a row's keys came to, put together."""

import triton
import triton.language as tl

from .triton_softmax import LOWEST, elements_of, partial_lines, wide


@triton.jit
def merge_row(row, partial_pointer, output_pointer, length, splits, group_count, size,
              BLOCK_SIZE: tl.constexpr, WIDE: tl.constexpr,
              PARTS: tl.constexpr):  # fmt: skip
    """Write one row of this program's key head and sequence, out of its partial results."""
    elements, is_element = elements_of(size, BLOCK_SIZE, WIDE)
    size = wide(size, WIDE)
    maximum = tl.full([1, 1], LOWEST, tl.float32)
    total = tl.zeros([1, 1], tl.float32)
    result = tl.zeros([1, BLOCK_SIZE], tl.float32)
    for step in range((splits + (PARTS - 1)) // PARTS):
        parts = step * PARTS + tl.arange(0, PARTS)[:, None]
        known = parts < splits
        lines, count = partial_lines(parts, splits, row, group_count * length)
        part = tl.load(
            partial_pointer + (lines * size + elements), mask=known & is_element, other=0
        )
        highest = tl.load(partial_pointer + (count * size + lines), mask=known, other=LOWEST)
        weight = tl.load(partial_pointer + (count * (size + 1) + lines), mask=known, other=0.0)
        raised = tl.maximum(maximum, tl.max(highest, axis=0, keep_dims=True))
        shrink, factors = tl.exp2(maximum - raised), tl.exp2(highest - raised)
        total = total * shrink + tl.sum(weight * factors, axis=0, keep_dims=True)
        result = result * shrink + tl.sum(part * factors, axis=0, keep_dims=True)
        maximum = raised
    result = result / tl.where(total == 0.0, 1.0, total)
    token, group = row // group_count, row % group_count
    line = tl.program_id(2).to(tl.int64) * length + token
    line = (line * tl.num_programs(1) + tl.program_id(1)) * group_count + group
    output = result.to(output_pointer.dtype.element_ty)
    tl.store(output_pointer + (line * size + elements), output, mask=is_element)


@triton.jit(do_not_specialize=["length", "splits", "group_count", "size"])
def merge_kernel(partial_pointer, output_pointer, length, splits, group_count, size,
                 BLOCK_SIZE: tl.constexpr, WIDE: tl.constexpr,
                 PARTS: tl.constexpr, CHAINED: tl.constexpr):  # fmt: skip
    """Merge what `attend_kernel` left; if CHAINED, this begins before that has ended."""
    if CHAINED:
        tl.extra.cuda.gdc_wait()
    merge_row(
        tl.program_id(0), partial_pointer, output_pointer, length, splits, group_count, size,
        BLOCK_SIZE, WIDE, PARTS,
    )  # fmt: skip
