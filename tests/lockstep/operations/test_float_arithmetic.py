"""Floats: each operation is rounded once, NaN and infinities go where IEEE 754 puts them."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import product

import pytest
import torch

from conformance.lockstep import lockstep

from ...references.numbers import rounded
from ..subjects import one_line
from ..subjects.operations import applied

INF, NAN = math.inf, math.nan
DTYPES = [torch.float32, torch.float16, torch.bfloat16, torch.float64]
NUMBERS = [0.0, -0.0, 1.0, -1.5, 3.0, -3.25, 0.1, 1e4, -6e4, 2.0**-14, 2.0**-24, INF, -INF, NAN]


def same(got: float, wanted: float) -> bool:
    if math.isnan(wanted):
        return math.isnan(got)
    return got == wanted and (got != 0 or math.copysign(1, got) == math.copysign(1, wanted))


def held(numbers: list[float], dtype: torch.dtype) -> list[float]:
    return torch.tensor(numbers, dtype=torch.float64).to(dtype).double().tolist()


def pairs(dtype: torch.dtype) -> list[tuple[float, float]]:
    return list(product(held(NUMBERS, dtype), repeat=2))


def compare(function, wanted: Callable[..., float], dtype, rows) -> None:
    with lockstep() as session:
        got = applied(function, *(torch.tensor(c, dtype=dtype) for c in zip(*rows, strict=True)))
    assert not session.violations and got.dtype is dtype
    for row, number in zip(rows, got.double().tolist(), strict=True):
        owed = wanted(*row)
        owed = owed if dtype is torch.float64 else rounded(owed, dtype)
        assert same(number, owed), (row, number, owed)


def divided(left: float, right: float) -> float:
    if right or math.isnan(right):
        return left / right
    if math.isnan(left) or left == 0:
        return NAN
    return math.copysign(INF, left) * math.copysign(1, right)


def modulo(left: float, right: float) -> float:
    if math.isnan(left) or math.isnan(right) or math.isinf(left) or right == 0:
        return NAN
    return left if math.isinf(right) else math.copysign(math.fmod(left, right), left)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("add", lambda a, b: a + b),
        ("subtract", lambda a, b: a - b),
        ("multiply", lambda a, b: a * b),
        ("remainder", modulo),
    ],
)
def test_arithmetic_is_rounded_once(name, wanted, dtype):
    compare(getattr(one_line, name), wanted, dtype, pairs(dtype))


@pytest.mark.parametrize("name", ["true_divide", "rounded_quotient"])
def test_quotients(name):
    compare(getattr(one_line, name), divided, torch.float32, pairs(torch.float32))


def skipping(choose: Callable[[float, float], float]) -> Callable[[float, float], float]:
    """NaN gives way to the other number."""
    return lambda a, b: b if math.isnan(a) else a if math.isnan(b) else choose(a, b)


def spreading(choose: Callable[[float, float], float]) -> Callable[[float, float], float]:
    return lambda a, b: NAN if math.isnan(a) or math.isnan(b) else choose(a, b)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("smaller", skipping(min)),
        ("larger", skipping(max)),
        ("smaller_or_nan", spreading(min)),
        ("larger_or_nan", spreading(max)),
    ],
)
def test_extremes_skip_nan_unless_it_is_to_spread(name, wanted, dtype):
    rows = [row for row in pairs(dtype) if row[0] != 0 or row[1] != 0]  # either zero may win
    compare(getattr(one_line, name), wanted, dtype, rows)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_clamping(dtype):
    rows = [(x, -1.5, 3.0) for x in held(NUMBERS, dtype) if not math.isnan(x)]
    compare(one_line.clamped, lambda x, a, b: min(max(x, a), b), dtype, rows)
    compare(one_line.clamped_or_nan, lambda x, a, b: min(max(x, a), b), dtype, rows)
    compare(one_line.clamped, lambda *_: -1.5, dtype, [(NAN, -1.5, 3.0)])
    compare(one_line.clamped_or_nan, lambda *_: NAN, dtype, [(NAN, -1.5, 3.0)])


def exact(x: float, y: float, z: float) -> Fraction:
    return Fraction(x) * Fraction(y) + Fraction(z)


TRICKY = [
    (1 + 2.0**-23, 1 + 2.0**-23, -1.0),
    (1 + 2.0**-12, 1 + 2.0**-12, 2.0**-60),
    (1 + 2.0**-12, 1 + 2.0**-12, -(2.0**-60)),
    (1 - 2.0**-12, 1 + 2.0**-12, 2.0**-80),
    (3.0, 2.0**-149, 2.0**-126),
    (1 + 2.0**-11, 1 + 2.0**-13, 2.0**-60),
    (1e20, 1e20, -1.0),
    (-(1 + 2.0**-12), 1 + 2.0**-12, -(2.0**-60)),
    (2.0**60, 1 + 2.0**-23, -(2.0**60)),
    (0.1, 10.0, -1.0),
]


@pytest.mark.parametrize("numbers", TRICKY)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_fused_multiplication_and_addition_is_rounded_once(dtype, numbers):
    row = held(list(numbers), dtype)
    with lockstep():
        got = applied(one_line.fused, *(torch.tensor([x], dtype=dtype) for x in row)).item()
    total = exact(*row)
    # `float` of a fraction is rounded once to 53 bits; 24 bits are rounded from the fraction.
    owed = float(total) if dtype is torch.float64 else _single(total)
    assert got == owed


def _single(number: Fraction) -> float:
    near = torch.tensor(float(number), dtype=torch.float32)
    if near.isinf():
        return near.item()
    around = [near, *(near.nextafter(torch.tensor(side)) for side in (INF, -INF))]
    return min(
        (each.item() for each in around),
        key=lambda each: (abs(Fraction(each) - number), _is_odd(each)),
    )


def _is_odd(number: float) -> int:
    return int(torch.tensor(number, dtype=torch.float32).view(torch.int32)) & 1


COMPARISONS = {
    "less": lambda a, b: a < b, "less_equal": lambda a, b: a <= b, "greater": lambda a, b: a > b,
    "greater_equal": lambda a, b: a >= b, "equal": lambda a, b: a == b,
    "not_equal": lambda a, b: a != b,
}  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("name", COMPARISONS)
def test_nan_is_unequal_to_everything_and_not_ordered(name, dtype):
    rows = pairs(dtype)
    with lockstep():
        columns = (torch.tensor(column, dtype=dtype) for column in zip(*rows, strict=True))
        got = applied(getattr(one_line, name), *columns, dtype=torch.bool).tolist()
    assert got == [COMPARISONS[name](*row) for row in rows]


def _or(function: Callable[[float], float], otherwise: float) -> Callable[[float], float]:
    def tried(x: float) -> float:
        try:
            return function(x)
        except OverflowError:
            return INF
        except ValueError:
            return otherwise

    return tried


FUNCTIONS: dict[str, Callable[[float], float]] = {
    "negative": lambda x: -x,
    "absolute": abs,
    "floor": lambda x: math.copysign(math.floor(x), x) if math.isfinite(x) else x,
    "ceil": lambda x: math.copysign(math.ceil(x), x) if math.isfinite(x) else x,
    "root": lambda x: x if x == 0 else _or(math.sqrt, NAN)(x),
    "inverse_root": lambda x: (
        math.copysign(INF, x) if x == 0 else 0.0 if x == INF else 1 / _or(math.sqrt, NAN)(x)
    ),
    "exponential": _or(math.exp, NAN),
    "power_of_two": _or(lambda x: 2.0**x, NAN),
    "logarithm": lambda x: -INF if x == 0 else _or(math.log, NAN)(x),
    "binary_logarithm": lambda x: -INF if x == 0 else _or(math.log2, NAN)(x),
    "sine": _or(math.sin, NAN),
    "cosine": _or(math.cos, NAN),
    "error_function": math.erf,
    "logistic": lambda x: 1 / (1 + math.exp(-x)) if x > -700 or math.isnan(x) else 0.0,
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_those_of_their_name(name):
    numbers = [*NUMBERS, 0.7, 2.5, -2.5, 10.0, 80.0, -80.0, 100.0]
    with lockstep():
        got = applied(getattr(one_line, name), torch.tensor(numbers)).double().tolist()
    for number, result in zip(held(numbers, torch.float32), got, strict=True):
        owed = rounded(FUNCTIONS[name](number), torch.float32)
        near = math.isclose(result, owed, rel_tol=4e-7, abs_tol=1e-38)
        assert near or same(result, owed), (number, result, owed)


def test_a_choice_takes_one_of_both_and_nothing_else():
    flags, left, right = [1.0, 0.0, -2.0], [NAN, INF, -0.0], [1.0, -0.0, NAN]
    with lockstep():
        got = applied(one_line.chosen, *map(torch.tensor, (flags, left, right))).tolist()
    assert all(map(same, got, [NAN, -0.0, -0.0]))
