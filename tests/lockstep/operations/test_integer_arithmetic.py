"""Integers of every width and sign: results are those of C, as compiled kernels have them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from itertools import product

import pytest
import torch

from conformance.lockstep import lockstep

from ..subjects import one_line
from ..subjects.operations import applied

SIGNED = [torch.int8, torch.int16, torch.int32, torch.int64]
UNSIGNED = [torch.uint8, torch.uint16, torch.uint32, torch.uint64]


def numbers(dtype: torch.dtype) -> list[int]:
    """Small ones of both signs, and the ends of the range."""
    least, most = torch.iinfo(dtype).min, torch.iinfo(dtype).max
    near = [-8, -7, -3, -2, -1, 0, 1, 2, 3, 7, 8, 100]
    return [n for n in {*near, least, least + 1, most, most - 1, most // 2} if least <= n <= most]


def pairs(dtype: torch.dtype) -> tuple[list[int], list[int]]:
    left, right = zip(*product(numbers(dtype), repeat=2), strict=True)
    return list(left), list(right)


def wrapped(number: int, dtype: torch.dtype) -> int:
    """The number of the dtype's range that is equal modulo the dtype's width."""
    bits = torch.iinfo(dtype).bits
    number %= 1 << bits
    return number - (1 << bits) if number > torch.iinfo(dtype).max else number


def quotient(left: int, right: int) -> int:
    """Rounded towards zero."""
    return abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)


def compare(function, wanted: Callable[[int, int], int], dtype, left, right) -> None:
    with lockstep() as session:
        got = applied(function, torch.tensor(left, dtype=dtype), torch.tensor(right, dtype=dtype))
    assert not session.violations
    owed = [wrapped(wanted(*pair), dtype) for pair in zip(left, right, strict=True)]
    assert got.tolist() == owed


WRAPPING: dict[str, Callable[[int, int], int]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "both": operator.and_,
    "either": operator.or_,
    "exclusive": operator.xor,
    "smaller": min,
    "larger": max,
}


@pytest.mark.parametrize("dtype", [*SIGNED, *UNSIGNED], ids=str)
@pytest.mark.parametrize("name", WRAPPING)
def test_results_wrap_around(name, dtype):
    compare(getattr(one_line, name), WRAPPING[name], dtype, *pairs(dtype))


def divisions(dtype: torch.dtype) -> Iterator[tuple[int, int]]:
    """Without those that have no value: by zero, and of the least number by -1."""
    for left, right in zip(*pairs(dtype), strict=True):
        if right and not (right == -1 and left == torch.iinfo(dtype).min):
            yield left, right


@pytest.mark.parametrize("dtype", [*SIGNED, *UNSIGNED], ids=str)
def test_a_quotient_is_rounded_towards_zero_and_a_remainder_has_the_sign_of_the_dividend(dtype):
    left, right = map(list, zip(*divisions(dtype), strict=True))
    compare(one_line.divide, quotient, dtype, left, right)
    compare(one_line.remainder, lambda a, b: a - quotient(a, b) * b, dtype, left, right)


@pytest.mark.parametrize("dtype", [*SIGNED, *UNSIGNED], ids=str)
def test_shifts_to_the_right_keep_the_sign_of_signed_numbers_only(dtype):
    bits = torch.iinfo(dtype).bits
    left, right = zip(*product(numbers(dtype), (0, 1, 3, bits - 1)), strict=True)
    compare(one_line.shift_right, operator.rshift, dtype, list(left), list(right))
    compare(one_line.shift_left, operator.lshift, dtype, list(left), list(right))


@pytest.mark.parametrize("dtype", [torch.int32, torch.uint32, torch.int64, torch.uint64], ids=str)
def test_the_high_half_of_a_product_is_of_unsigned_numbers(dtype):
    bits = torch.iinfo(dtype).bits

    def high(left: int, right: int) -> int:
        return (left % (1 << bits)) * (right % (1 << bits)) >> bits

    compare(one_line.high_half, high, dtype, *pairs(dtype))


COMPARISONS = {
    "less": operator.lt, "less_equal": operator.le, "greater": operator.gt,
    "greater_equal": operator.ge, "equal": operator.eq, "not_equal": operator.ne,
}  # fmt: skip


@pytest.mark.parametrize("dtype", [*SIGNED, *UNSIGNED], ids=str)
@pytest.mark.parametrize("name", COMPARISONS)
def test_comparisons_know_the_sign(name, dtype):
    left, right = pairs(dtype)
    with lockstep():
        tensors = [torch.tensor(side, dtype=dtype) for side in (left, right)]
        got = applied(getattr(one_line, name), *tensors, dtype=torch.bool)
    assert got.tolist() == [COMPARISONS[name](*pair) for pair in zip(left, right, strict=True)]


@pytest.mark.parametrize("dtype", SIGNED, ids=str)
def test_signs_are_changed_and_dropped(dtype):
    given = numbers(dtype)
    with lockstep():
        tensor = torch.tensor(given, dtype=dtype)
        negative, inverted = (
            applied(each, tensor).tolist() for each in (one_line.negative, one_line.inverted)
        )
        absolute = applied(one_line.absolute, tensor).tolist()
    assert negative == [wrapped(-number, dtype) for number in given]
    assert inverted == [~number for number in given]
    assert absolute == [wrapped(abs(number), dtype) for number in given]


def test_a_quotient_is_rounded_up_by_cdiv():
    left, right = [0, 1, 7, 8, 9, 15, 16], [8] * 7
    compare(one_line.up_divide, lambda a, b: -(-a // b), torch.int32, left, right)


def test_flags_are_integers_of_one_bit():
    flags = [False, False, True, True], [False, True, False, True]
    for name, wanted in (("add", operator.xor), ("subtract", operator.xor),
                         ("multiply", operator.and_), ("exclusive", operator.xor)):  # fmt: skip
        with lockstep():
            got = applied(getattr(one_line, name), *(torch.tensor(side) for side in flags))
        assert got.tolist() == [wanted(*pair) for pair in zip(*flags, strict=True)]
