"""Products of microscaling formats, against a reference that goes number by number."""

from __future__ import annotations

import math

import pytest
import torch

from conformance.lockstep import lockstep

from .subjects import scaled

K, M, N = 64, 16, 32
FORMATS = {
    "e4m3": torch.float8_e4m3fn,
    "e5m2": torch.float8_e5m2,
    "bf16": torch.bfloat16,
    "fp16": torch.float16,
}


def e2m1(bits: int) -> float:
    """A number of one sign bit, two bits of exponent and one of mantissa, by its definition."""
    sign, exponent, mantissa = bits >> 3, bits >> 1 & 3, bits & 1
    size = mantissa / 2 if exponent == 0 else (1 + mantissa / 2) * 2.0 ** (exponent - 1)
    return -size if sign else size


def operand(form: str, rows: int, columns: int, packed: int, seed: int, programs: int = 2):
    """An operand as a kernel takes it, and its numbers as (programs, rows, columns) in float64.

    ``packed`` is the axis along which e2m1 has two numbers a byte, 1 or 2.
    """
    generator = torch.Generator().manual_seed(seed)
    shape = [programs, rows, columns]
    if form == "e2m1":
        bits = torch.randint(0, 16, shape, generator=generator)
        numbers = torch.tensor([e2m1(int(each)) for each in bits.flatten()]).view(shape).double()
        low, high = (bits.index_select(packed, torch.arange(i, shape[packed], 2)) for i in (0, 1))
        return (low | high << 4).to(torch.uint8), numbers
    numbers = torch.randint(-16, 17, shape, generator=generator).float() / 8
    held = numbers.to(FORMATS[form])
    return held, held.double()


def scales(rows: int, groups: int, seed: int, programs: int = 2):
    """e8m0 scales, and their values."""
    generator = torch.Generator().manual_seed(seed)
    held = torch.randint(120, 133, (programs, rows, groups), generator=generator).to(torch.uint8)
    return held, torch.tensor([2.0 ** (int(x) - 127) for x in held.flatten()]).view(held.shape)


def reference(a, a_scale, b, b_scale):
    """1 + the product, each element of K with the scale of its group of 32."""
    if a_scale is not None:
        a = a * a_scale.double().repeat_interleave(32, dim=-1)
    if b_scale is not None:
        b = b * b_scale.double().repeat_interleave(32, dim=-1).transpose(1, 2)
    return 1 + a @ b


def asked(a_format, b_format, a_scaled, b_scaled, a_packed=True, b_packed=True):
    """Arguments of ``scaled.product`` and what is owed."""
    a, a_numbers = operand(a_format, M, K, 2 if a_packed else 1, 1)
    b, b_numbers = operand(b_format, K, N, 1 if b_packed else 2, 2)
    a_scale, a_factors = scales(M, K // 32, 3) if a_scaled else (None, None)
    b_scale, b_factors = scales(N, K // 32, 4) if b_scaled else (None, None)
    arguments = (a, a_scale, a_format, b, b_scale, b_format, M, N, K // 32, a_packed, b_packed)
    return arguments, reference(a_numbers, a_factors, b_numbers, b_factors)


MIXED = [(a, b) for a in ("e2m1", *FORMATS) for b in ("e2m1", *FORMATS)]


@pytest.mark.parametrize(("a_format", "b_format"), MIXED)
def test_products_of_all_formats(a_format, b_format):
    for a_scaled, b_scaled in ((True, True), (True, False), (False, True)):
        arguments, wanted = asked(a_format, b_format, a_scaled, b_scaled)
        with lockstep() as session:
            got = scaled.product(*arguments)
        torch.testing.assert_close(got.double(), wanted, rtol=1e-5, atol=1e-4)
        assert session.violations == ()


@pytest.mark.parametrize("packed", [(True, True), (False, True), (True, False), (False, False)])
def test_two_numbers_a_byte_along_either_axis(packed):
    arguments, wanted = asked("e2m1", "e2m1", True, True, *packed)
    with lockstep():
        got = scaled.product(*arguments)
    torch.testing.assert_close(got.double(), wanted, rtol=1e-6, atol=0)


@pytest.mark.parametrize("form", ["e2m1", "e4m3", "e5m2"])
def test_products_equal_those_of_the_interpreter(check, form):
    arguments, _ = asked(form, form, True, True)
    for scale in (arguments[1], arguments[4]):
        scale.clamp_(126, 128)  # so that every order of a sum gives the same
    as_bytes = [
        each.view(torch.uint8) if isinstance(each, torch.Tensor) else each for each in arguments
    ]
    check("scaled", "product", *as_bytes)


@pytest.mark.parametrize(("byte", "factor"), [(0, 2.0**-127), (1, 2.0**-126), (254, 2.0**127)])
def test_the_least_and_the_largest_scale(byte, factor):
    a = torch.full((1, M, K), 0x22, dtype=torch.uint8)[:, :, : K // 2]  # ones
    numbers = torch.zeros(1, K, N)
    numbers[0, 40] = torch.arange(N) % 2 * -1.5
    b = numbers.to(torch.float8_e5m2)
    scale = torch.full((1, M, 2), byte, dtype=torch.uint8)
    with lockstep():
        got = scaled.product(a, scale, "e2m1", b, None, "e5m2", M, N, 2, True, True)
    wanted = 1 + (factor * numbers[0, 40].double()).float().expand(M, N)
    torch.testing.assert_close(got[0], wanted, rtol=1e-5, atol=0)


def test_a_scale_of_255_is_no_number():
    (a, a_scale, *rest), _ = asked("e4m3", "e4m3", True, True)
    a_scale[1, 3, 1] = 255
    with lockstep():
        got = scaled.product(a, a_scale, *rest)
    assert got[1, 3].isnan().all() and got.isnan().sum() == N


@pytest.mark.parametrize("form", ["e4m3", "e5m2"])
def test_numbers_that_are_none_and_infinities_come_through(form):
    arguments, _ = asked(form, form, True, True)
    arguments[0][0, 2, 5] = math.nan
    if form == "e5m2":
        arguments[0][1, 4, 6] = math.inf
    with lockstep():
        got = scaled.product(*arguments)
    assert got[0, 2].isnan().all() and got[0].isnan().sum() == N
    assert form == "e4m3" or not got[1, 4].isfinite().any()


@pytest.mark.parametrize(
    ("form", "scale_columns", "packed"),
    [("e4m3", 1, False), ("e3m2", 1, True), ("e2m1", 8, True), ("bf16", 1, True)],
    ids=["packed without e2m1", "unknown format", "wrong scales", "wrong dtype"],
)
def test_what_triton_refuses_stays_refused(form, scale_columns, packed):
    with pytest.raises((AssertionError, ValueError, RuntimeError)), lockstep():
        scaled.refused_kernel[(1,)](
            torch.zeros(32, 32, dtype=torch.uint8), form, scale_columns, packed
        )
