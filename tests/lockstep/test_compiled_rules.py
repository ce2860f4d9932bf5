"""Where compiled kernels and Triton's interpreter differ, lockstep follows the compiled kernel."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from conformance.lockstep import lockstep

from .subjects import control, special


def _bfloat16_case():
    torch.manual_seed(0)
    x, y = torch.randn(64).bfloat16(), torch.randn(64).bfloat16()
    out = torch.zeros(6, 64).bfloat16()
    special.bfloat16_kernel[(1,)](x, y, out, BLOCK=64)
    return x, y, out


def test_bfloat16_is_computed_in_float32_and_rounded_to_nearest_even():
    with lockstep():
        x, y, out = _bfloat16_case()
    assert torch.equal(out[0], x + y)
    assert torch.equal(out[1], x * y)
    assert torch.equal(out[2], torch.minimum(x, y))
    assert torch.equal(out[3], (x.float() * 1.003).bfloat16())
    assert out[4, 0] == x.max()
    torch.testing.assert_close(out[5, 0], x.float().sum().bfloat16())


def test_the_interpreter_adds_bfloat16_encodings(interpreter):
    x, y, out = interpreter.call("tests.lockstep.test_compiled_rules", "_bfloat16_case")
    assert not torch.equal(out[0], x + y)
    encodings = x.view(torch.int16).numpy() + y.view(torch.int16).numpy()
    assert np.array_equal(out[0].view(torch.int16).numpy(), encodings)
    assert not torch.equal(out[3], (x.float() * 1.003).bfloat16())  # truncated


@pytest.mark.parametrize(
    "value", [1.0, 1.0 + 2**-8, 1.0 + 3 * 2**-8, 3.4e38, float("inf"), float("nan"), -0.0]
)
def test_bfloat16_rounding_is_torchs(value):
    from conformance.lockstep.values.bfloat16 import round_to_bfloat16

    got = torch.from_numpy(round_to_bfloat16(np.array([value], np.float32)))
    wanted = torch.tensor([value]).bfloat16().float()
    assert torch.equal(got, wanted) or (got.isnan().all() and wanted.isnan().all())
    assert value != value or torch.equal(got.signbit(), wanted.signbit())


def test_wide_values_round_to_bfloat16_once():
    import triton.language as tl

    from conformance.lockstep.operations.casts import convert

    tie_but_for_the_last_bits = np.array([1.0 + 2**-8 + 2**-40])
    assert convert(tie_but_for_the_last_bits, tl.float64, tl.bfloat16) == np.float32(1 + 2**-7)


def test_python_numbers_are_typed_as_in_compiled_code():
    out = torch.zeros(1)
    with lockstep():
        special.scaled[(1,)](torch.ones(1, dtype=torch.float16), out, 1.0001, 3)
    assert out.item() == np.float32(1.0001)  # not rounded to fp16 first


def test_libdevice_by_name():
    x = torch.tensor([0.5, -1.0, 3.0, float("nan")])
    out = torch.zeros(2, 4)
    with lockstep():
        special.libdevice_kernel[(1,)](x, out, BLOCK=4)
    torch.testing.assert_close(out[0], x.tanh() + x**2, equal_nan=True)
    torch.testing.assert_close(out[1], torch.where(x.isnan(), 1.0, x.abs().log1p()))


@pytest.mark.parametrize("dtype", [torch.float8_e4m3fn, torch.float8_e5m2])
def test_float8_conversions_round_and_saturate(dtype):
    x = torch.tensor([0.1, -3.3, 1e6, -1e9, 17.0, 0.0, 448.0, 2**-9])
    out, small = torch.zeros(8), torch.zeros(8).to(dtype)
    with lockstep():
        special.float8_conversion[(1,)](x, out, small, BLOCK=8)
    largest = torch.finfo(dtype).max
    wanted = x.clamp(-largest, largest).to(dtype)
    assert torch.equal(small.view(torch.uint8), wanted.view(torch.uint8))
    assert torch.equal(out, wanted.float())


def test_closures_and_directly_imported_names():
    with lockstep():
        out = control.closures()
    assert torch.equal(out, torch.arange(16.0) * 5)
