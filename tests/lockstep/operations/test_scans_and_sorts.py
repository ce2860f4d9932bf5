"""Running sums, products and combinations, sorted rows, the largest of them, counts."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable
from itertools import accumulate
from operator import add, mul
from typing import Any

import pytest
import torch
import triton.language as tl

from conformance.lockstep import lockstep

from ..subjects import one_line_blocks as blocks
from ..subjects.operations import rearranged
from ..subjects.shapes import counted
from .test_integer_arithmetic import wrapped
from .test_reductions import WIDE, integers

Step = Callable[[Any, Any], Any]
WIDENS_PRODUCTS = "dtype" in inspect.signature(tl.cumprod.fn).parameters
"""Whether `tl.cumprod` widens small integers, as it does since Triton 3.9."""


def scanned(block: list[list[Any]], step: Step, direction: str) -> list[list[Any]]:
    """Along columns (from row to row, `rows`) or along rows (`columns`), perhaps from the end."""
    axis, _, backwards = direction.partition("_")
    lines = [list(line) for line in (zip(*block, strict=True) if axis == "rows" else block)]
    turn = -1 if backwards else 1
    done = [list(accumulate(line[::turn], step))[::turn] for line in lines]
    return [list(row) for row in zip(*done, strict=True)] if axis == "rows" else done


DIRECTIONS = ["rows", "columns", "rows_reversed", "columns_reversed"]


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("dtype", [torch.int8, torch.uint8, torch.int32, torch.int64], ids=str)
def test_integers_are_added_and_multiplied_up(dtype, direction):
    x, wide = integers(dtype), WIDE.get(dtype, dtype)
    for name, step in (("summed", add), ("multiplied", mul)):
        with lockstep() as session:
            got = rearranged(getattr(blocks, f"{name}_{direction}"), x, wide)
        assert not session.violations

        kept = wide if name == "summed" or WIDENS_PRODUCTS else dtype

        def stepped(so_far: int, number: int, step: Step = step, kept: Any = kept) -> int:
            return wrapped(step(so_far, number), kept)

        assert got.tolist() == [scanned(block, stepped, direction) for block in x.tolist()]


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16], ids=str)
def test_small_integers_as_floats_are_added_up_exactly(dtype, direction):
    x = torch.arange(24).reshape(3, 2, 4).to(dtype)
    with lockstep():
        got = rearranged(getattr(blocks, f"summed_{direction}"), x)
    assert got.tolist() == [scanned(block, add, direction) for block in x.tolist()]


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_combinations_of_ones_own(direction):
    x = torch.tensor([3, 1, 2, 5, 4, 9, 8, 7] * 3).reshape(3, 2, 4)
    with lockstep():
        largest = rearranged(getattr(blocks, f"running_largest_{direction}"), x)
        composed = rearranged(getattr(blocks, f"composed_{direction}"), x)
    pairs = [[[(n, n + 1) for n in row] for row in block] for block in x.tolist()]

    def affine(left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int]:
        return left[0] * right[0], left[1] * right[0] + right[1]

    assert largest.tolist() == [scanned(block, max, direction) for block in x.tolist()]
    assert composed.tolist() == [
        [[offset for _, offset in row] for row in scanned(block, affine, direction)]
        for block in pairs
    ]


@pytest.mark.parametrize(
    "dtype",
    [torch.int8, torch.uint8, torch.int32, torch.uint32, torch.int64, torch.float32, torch.float16],
    ids=str,
)
def test_rows_are_sorted_and_turned_round(dtype):
    x = integers(dtype) if not dtype.is_floating_point else _floats(dtype)
    with lockstep():
        for name, turn in (("ascending", False), ("descending", True)):
            got = rearranged(getattr(blocks, name), x).tolist()
            owed = [[sorted(row, reverse=turn) for row in block] for block in x.tolist()]
            assert got == owed
        flipped = [[row[::-1] for row in block] for block in x.tolist()]
        assert rearranged(blocks.flipped, x).tolist() == flipped


def _floats(dtype: torch.dtype) -> torch.Tensor:
    numbers = [1.0, -2.5, float("inf"), 0.0, -float("inf"), 3.0, 3.0, -7.0]
    return torch.tensor(numbers * 3, dtype=dtype).reshape(3, 2, 4)


@pytest.mark.parametrize("masked", [False, True])
def test_counts_leave_out_what_is_masked_or_no_bin(masked):
    values = torch.tensor([0, 1, 1, 3, 3, 3, 7, 2, -1, 8, 100, 3, 0, 7, 7, 5], dtype=torch.int32)
    mask = torch.tensor([True, False] * 8)
    with lockstep() as session:
        got = counted(torch.cat([values, values.flip(0)]), torch.cat([mask, mask]), masked)
    assert not session.violations
    for row, (given, shown) in zip(got.tolist(), ((values, mask), (values.flip(0), mask)),
                                   strict=True):  # fmt: skip
        kept = [v for v, s in zip(given.tolist(), shown.tolist(), strict=True) if s or not masked]
        count = Counter(kept)
        assert row == [count[each] for each in range(8)]
