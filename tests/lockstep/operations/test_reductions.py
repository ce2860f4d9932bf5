"""Reductions along rows, columns and whole blocks, with NaN, ties and the ends of ranges."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce
from operator import or_, xor
from typing import Any

import pytest
import torch
import triton

from conformance.lockstep import lockstep

from ..subjects import one_line_blocks as blocks
from ..subjects.operations import reduce_kernel, reduced
from .test_integer_arithmetic import wrapped

AXES = [0, 1, -1, -2, None]
INTEGERS = [torch.int8, torch.uint8, torch.int16, torch.int32, torch.uint32, torch.int64]
NAN, INF = math.nan, math.inf


def lines(block: Sequence[Sequence[Any]], axis: int | None) -> list[list[Any]]:
    """What is reduced to one element each."""
    if axis is None:
        return [[each for row in block for each in row]]
    return [list(row) for row in (block if axis in (1, -1) else zip(*block, strict=True))]


def same(got: Any, wanted: Any) -> bool:
    return got == wanted or (math.isnan(got) and math.isnan(wanted))


def compare(function, wanted: Callable[[list[Any]], Any], x: torch.Tensor, dtype: torch.dtype):
    for axis in AXES:
        with lockstep() as session:
            got = reduced(function, x, axis, dtype).tolist()
        assert not session.violations
        for program, block in zip(got, x.tolist(), strict=True):
            owed = [wanted(line) for line in lines(block, axis)]
            assert len(owed) == len(program) and all(map(same, program, owed)), (axis, block)


def integers(dtype: torch.dtype) -> torch.Tensor:
    """Three blocks of (2, 4), the ends of the range among them."""
    low, high = torch.iinfo(dtype).min, torch.iinfo(dtype).max
    some = [low, high, 3, high - 1, 0, 5, low + 1, 5, 1, 2, 3, 4, 7, 6, 9, 8]
    return torch.tensor([*some, *[high] * 8], dtype=dtype).reshape(3, 2, 4)


WIDE = {torch.int8: torch.int32, torch.int16: torch.int32, torch.uint8: torch.uint32}
"""What narrow integers are added up in."""


@pytest.mark.parametrize("dtype", INTEGERS, ids=str)
def test_integers(dtype):
    x = integers(dtype)
    compare(blocks.largest, max, x, dtype)
    compare(blocks.smallest, min, x, dtype)
    compare(blocks.kept_largest, max, x, dtype)
    wide = WIDE.get(dtype, dtype)
    compare(blocks.total, lambda line: wrapped(sum(line), wide), x, wide)
    compare(blocks.kept_total, lambda line: wrapped(sum(line), wide), x, wide)
    compare(blocks.xor_total, lambda line: reduce(xor, line), x, dtype)


@pytest.mark.parametrize("dtype", INTEGERS, ids=str)
@pytest.mark.parametrize("axis", [0, 1])
def test_bits_that_any_has(dtype, axis):
    x = integers(dtype)
    with lockstep():
        got = reduced(blocks.or_total, x, axis, dtype).tolist()
    assert got == [[reduce(or_, line) for line in lines(block, axis)] for block in x.tolist()]


SPECIAL = torch.tensor(
    [
        [[1.0, NAN, 3.0, 2.0], [NAN, NAN, NAN, NAN]],
        [[-INF, NAN, -INF, -2.0], [INF, 1.0, NAN, -INF]],
        [[-5.0, -3.0, -4.0, -6.0], [0.5, 0.25, 4.0, 1.0]],
    ]
)
FLOATS = [torch.float32, torch.float16, torch.bfloat16, torch.float64]


def without_nan(choose: Callable[[list[float]], float]) -> Callable[[list[float]], float]:
    """NaN gives way to numbers; it is what is left where there are none."""

    def chosen(line: list[float]) -> float:
        left = [number for number in line if not math.isnan(number)]
        return choose(left) if left else NAN

    return chosen


@pytest.mark.parametrize("dtype", FLOATS, ids=str)
def test_extremes_of_floats_skip_nan(dtype):
    x = SPECIAL.to(dtype)
    compare(blocks.largest, without_nan(max), x, dtype)
    compare(blocks.smallest, without_nan(min), x, dtype)


@pytest.mark.parametrize("dtype", FLOATS, ids=str)
def test_a_sum_with_nan_is_nan_and_of_small_integers_exact(dtype):
    compare(blocks.total, sum, SPECIAL.to(dtype), dtype)
    compare(blocks.total, sum, torch.arange(24).reshape(3, 2, 4).to(dtype), dtype)


def test_a_sum_of_bfloat16_is_rounded_at_its_end_only():
    x = torch.tensor([[[256.0, 1.0, 1.0, 1.0], [1.0, 0.0, 0.0, 0.0]]]).bfloat16()
    compare(blocks.total, lambda line: torch.tensor(sum(line)).bfloat16().item(), x, torch.bfloat16)


def first(choose: Callable[[list[Any]], Any]) -> Callable[[list[Any]], int]:
    return lambda line: line.index(choose(line))


TIES = [[[4, 7, 7, 1], [1, 7, 1, 1]], [[0, 0, 0, 0], [0, 0, 0, 0]], [[1, 2, 3, 4], [4, 3, 2, 1]]]


@pytest.mark.parametrize("dtype", [*FLOATS, *INTEGERS], ids=str)
@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize(
    ("name", "choose"),
    [("largest_with_index", max), ("smallest_with_index", min), ("kept_largest_with_index", max)],
)
def test_of_ties_the_leftmost_is_taken(name, choose, axis, dtype):
    x = torch.tensor(TIES).to(dtype)
    with lockstep():
        values, indices = reduced(getattr(blocks, name), x, axis, dtype, index=True)
    every = [lines(block, axis) for block in x.tolist()]
    assert values.tolist() == [[choose(line) for line in part] for part in every]
    assert indices.tolist() == [[first(choose)(line) for line in part] for part in every]


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize(
    ("name", "choose"), [("largest_with_any_index", max), ("smallest_with_any_index", min)]
)
def test_where_any_of_the_ties_will_do_it_is_one_of_them(name, choose, axis):
    x = torch.tensor(TIES).float()
    with lockstep():
        values, indices = reduced(getattr(blocks, name), x, axis, torch.float32, index=True)
    for block, extremes, places in zip(x.tolist(), values.tolist(), indices.tolist(), strict=True):
        for line, extreme, place in zip(lines(block, axis), extremes, places, strict=True):
            assert extreme == choose(line) == line[place]


@pytest.mark.parametrize(("name", "choose"), [("largest", max), ("smallest", min)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
def test_an_index_is_that_of_a_number_where_there_is_nan_too(name, choose, dtype):
    x = torch.tensor([[[NAN, 1.0, 3.0, NAN], [2.0, NAN, -1.0, 0.0]]], dtype=dtype)
    function = getattr(blocks, f"{name}_with_index")
    with lockstep():
        values, indices = reduced(function, x, 1, dtype, index=True)
    owed = [without_nan(choose)(line) for line in x[0].tolist()]
    assert values[0].tolist() == owed
    assert [line[place] for line, place in zip(x[0].tolist(), indices[0], strict=True)] == owed


@pytest.mark.parametrize("axis", AXES)
def test_a_combination_of_ones_own_goes_from_left_to_right(axis):
    x = torch.arange(1, 25).reshape(3, 2, 4)

    def composed(line: list[int]) -> int:
        return reduce(lambda so_far, n: (so_far[0] * n, so_far[1] * n + n + 1),
                      line[1:], (line[0], line[0] + 1))[1]  # fmt: skip

    with lockstep():
        last = reduced(blocks.last, x, axis, torch.int64).tolist()
        affine = reduced(blocks.composed, x, axis, torch.int64).tolist()
    for block, final, offset in zip(x.tolist(), last, affine, strict=True):
        assert final == [line[-1] for line in lines(block, axis)]
        assert offset == [wrapped(composed(line), torch.int64) for line in lines(block, axis)]


@pytest.mark.parametrize("axis", [2, 3, -3])
@pytest.mark.parametrize("name", ["total", "largest_with_index", "last"])
def test_an_axis_that_is_not_there_is_refused(name, axis):
    function, x, out = getattr(blocks, name), torch.zeros(1, 2, 2), torch.zeros(2)
    with lockstep(), pytest.raises((ValueError, IndexError, triton.CompilationError)):
        reduce_kernel[(1,)](
            x, out, out, M=2, N=2, R=2, AXIS=axis, OPERATION=function, INDEX="index" in name
        )
