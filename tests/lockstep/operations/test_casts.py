"""Conversions: floats to nearest even or towards zero, integers by their bits, bits as they are."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from conformance.lockstep import lockstep

from ...references.numbers import bits, rounded
from ..subjects import one_line_casts as casts
from ..subjects.operations import applied
from .test_integer_arithmetic import SIGNED, UNSIGNED, numbers, wrapped

INF, NAN = math.inf, math.nan


def cast(name: str, given: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    with lockstep() as session:
        got = applied(getattr(casts, name), given, dtype=dtype)
    assert not session.violations
    return got


@pytest.mark.parametrize("target", [torch.int8, torch.int16, torch.int32, torch.int64], ids=str)
@pytest.mark.parametrize("source", [torch.float32, torch.float16, torch.bfloat16, torch.float64])
def test_floats_become_integers_towards_zero(source, target):
    given = [0.0, -0.0, 0.5, -0.5, 0.99, -0.99, 1.5, -1.5, 2.5, 100.75, -127.5]
    held = torch.tensor(given).to(source)
    got = cast(f"to_{target}".replace("torch.", ""), held, target)
    assert got.tolist() == [math.trunc(number) for number in held.double().tolist()]


def test_large_floats_become_unsigned_integers():
    given = [0.0, 255.9, 3e9, 2.0**31]
    assert cast("to_uint32", torch.tensor(given), torch.uint32).tolist() == [
        0,
        255,
        int(3e9),
        2**31,
    ]


FLOATS = {"float16": torch.float16, "bfloat16": torch.bfloat16, "float32": torch.float32}
EDGES = [
    0.0, -0.0, 1.0, -1.0, 1 + 2.0**-8, 1 + 3 * 2.0**-8, 1 + 2.0**-11, 1 + 3 * 2.0**-11,
    1 + 2.0**-24, 1 + 3 * 2.0**-24, 65504.0, 65519.9, 65520.0, -65520.0, 2.0**-14, 2.0**-24,
    2.0**-25, 3 * 2.0**-25, 2.0**-26, 3.3895e38, 3.4e38, 0.1, 1e-40, INF, -INF, NAN,
]  # fmt: skip


@pytest.mark.parametrize("target", FLOATS)
@pytest.mark.parametrize("source", [torch.float64, torch.float32])
def test_floats_become_narrower_ones_to_nearest_even(source, target):
    held = torch.tensor(EDGES, dtype=source)
    got = cast(f"to_{target}", held, FLOATS[target])
    for number, result in zip(held.tolist(), got.double().tolist(), strict=True):
        owed = rounded(number, FLOATS[target])
        assert result == owed or (math.isnan(result) and math.isnan(owed)), number
        assert math.isnan(owed) or math.copysign(1, result) == math.copysign(1, owed)


def test_a_float64_is_rounded_once_on_its_way_to_a_narrow_float():
    for target, ulp in (("bfloat16", 2.0**-7), ("float16", 2.0**-10)):
        for sign in (1, -1):
            given = [sign * (1 + ulp / 2 + 2.0**-40), sign * (1 + ulp / 2 - 2.0**-40)]
            got = cast(f"to_{target}", torch.tensor(given, dtype=torch.float64), FLOATS[target])
            assert got.double().tolist() == [sign * (1 + ulp), sign * 1.0]


@pytest.mark.parametrize("target", ["float16", "bfloat16"])
def test_rounding_towards_zero_never_grows_a_number(target):
    dtype = FLOATS[target]
    given = torch.tensor([number for number in EDGES if abs(number) < 6e4])
    got = cast(f"to_{target}_toward_zero", given, dtype).double()
    exact = given.double()
    assert bool((got.abs() <= exact.abs()).all())
    above = got.to(dtype).abs().view(torch.int16).add(1).view(dtype).double()
    assert bool((above > exact.abs()).all())
    assert bool((got.signbit() == exact.signbit()).all())


@pytest.mark.parametrize("source", [*SIGNED, *UNSIGNED], ids=str)
@pytest.mark.parametrize("target", [*SIGNED, torch.uint8, torch.uint32], ids=str)
def test_integers_keep_their_low_bits(source, target):
    given = numbers(source)
    name = f"to_{target}".replace("torch.", "")
    got = cast(name, torch.tensor(given, dtype=source), target)
    assert got.tolist() == [wrapped(number, target) for number in given]


@pytest.mark.parametrize("source", [torch.int32, torch.int64, torch.uint32, torch.int8], ids=str)
@pytest.mark.parametrize("target", FLOATS)
def test_integers_become_floats_to_nearest_even(source, target):
    given = [n for n in [*numbers(source), 257, 259, 2049, 2051, 2**24 + 1, 2**24 + 3]
             if n <= torch.iinfo(source).max]  # fmt: skip
    got = cast(f"to_{target}", torch.tensor(given, dtype=source), FLOATS[target])
    assert got.double().tolist() == [_nearest(number, FLOATS[target]) for number in given]


def _nearest(number: int, dtype: torch.dtype) -> float:
    """``number`` in steps of the dtype's last place; Python rounds halves of integers to even."""
    digits = {torch.float16: 11, torch.bfloat16: 8, torch.float32: 24}[dtype]
    spare = max(abs(number).bit_length() - digits, 0)
    step = 1 << spare
    low, rest = divmod(abs(number), step)
    low += rest * 2 > step or (rest * 2 == step and low % 2)
    near = rounded(float(low * step), dtype)
    return math.copysign(near, number) if number else 0.0


def test_what_is_not_zero_is_a_true_flag():
    given = torch.tensor([0.0, -0.0, 0.25, -3.0, NAN])
    assert cast("to_flag", given, torch.bool).tolist() == [False, False, True, True, True]
    integers = torch.tensor([0, 2, -1, 256], dtype=torch.int32)
    assert cast("to_flag", integers, torch.bool).tolist() == [False, True, True, True]


def test_bits_are_taken_as_they_are():
    given = [0.0, -0.0, 1.0, -2.5, INF]
    owed = [bits(number, torch.float32) for number in given]
    assert cast("bits_of_float", torch.tensor(given), torch.int32).tolist() == owed
    back = cast("float_of_bits", torch.tensor(owed, dtype=torch.int32), torch.float32)
    assert np.array_equal(back.numpy().view(np.int32), np.array(owed, np.int32))
    for dtype in (torch.float16, torch.bfloat16):
        half = [bits(number, dtype) for number in given]
        got = cast("bits_of_half", torch.tensor(given, dtype=dtype), torch.int16)
        assert got.tolist() == half
    again = cast("bfloat16_of_bits", torch.tensor(half, dtype=torch.int16), torch.bfloat16)
    assert again.double().tolist() == given


EIGHT = {
    "to_e4m3": (torch.float8_e4m3fn, 4, 3, 7, 448.0),
    "to_e5m2": (torch.float8_e5m2, 5, 2, 15, 57344.0),
}


def value_of(code: int, exponents: int, fraction: int, bias: int) -> float:
    """A positive 8-bit code as IEEE 754 composes it."""
    exponent, rest = code >> fraction, code & ((1 << fraction) - 1)
    if exponent == 0:
        return math.ldexp(rest, 1 - bias - fraction)
    return math.ldexp(rest + (1 << fraction), exponent - bias - fraction)


@pytest.mark.parametrize("name", EIGHT)
def test_8_bit_floats_round_to_nearest_even_and_saturate(name):
    dtype, exponents, fraction, bias, largest = EIGHT[name]
    last = next(c for c in range(128) if value_of(c, exponents, fraction, bias) == largest)
    values = [value_of(code, exponents, fraction, bias) for code in range(last + 1)]
    given, owed = list(values), list(range(last + 1))
    for code in range(last):
        middle = (values[code] + values[code + 1]) / 2
        given += [middle, math.nextafter(middle, INF), math.nextafter(middle, -INF)]
        owed += [code + code % 2, code + 1, code]
    given += [1e30, INF]
    owed += [last, last]
    tensor = torch.tensor(given, dtype=torch.float64)
    got = cast(name, tensor, dtype).view(torch.uint8)
    assert got.tolist() == owed
    assert cast(name, -tensor, dtype).view(torch.uint8).tolist() == [code | 0x80 for code in owed]
    assert bool(cast(name, torch.tensor([NAN]), dtype).float().isnan().all())


@pytest.mark.parametrize("name", EIGHT)
def test_every_8_bit_float_is_read_exactly(name):
    dtype, exponents, fraction, bias, largest = EIGHT[name]
    codes = torch.arange(256).to(torch.uint8)
    got = cast("to_float32", codes.view(dtype), torch.float32).double().tolist()
    for code, number in enumerate(got):
        size = value_of(code & 0x7F, exponents, fraction, bias)
        if size > largest:  # e5m2 has infinities there, and both have NaN
            infinite = name == "to_e5m2" and code & 0x7F == 0x7C
            assert math.isinf(number) if infinite else math.isnan(number)
        else:
            assert number == (-size if code & 0x80 else size)
