"""Lanes that a mask excludes are undefined: they hold the poison, unless something is declared."""

import pytest
import torch

from conformance.lockstep import lockstep

from .subjects import undefined_lanes


def loaded(dtype, poison, other=False):
    x, out = torch.ones(4).to(dtype), torch.zeros(4).to(dtype)
    with lockstep(poison=poison) as session:
        undefined_lanes.loaded[(1,)](x, out, 3, BLOCK=4, OTHER=other)
    assert session.violations == ()
    assert (out[:3].float() == 1).all()
    return out[3]


@pytest.mark.parametrize(
    "dtype",
    [torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.float8_e4m3fn],
)
def test_undefined_floats_are_nan_then_large_then_negative(dtype):
    assert loaded(dtype, 0xFF).float().isnan()
    assert loaded(dtype, 0x7B).double() > 300
    assert loaded(dtype, 0xFB).double() < -300


@pytest.mark.parametrize("dtype", [torch.int64, torch.int32, torch.int16, torch.int8])
def test_undefined_integers_are_minus_one_then_large_then_negative(dtype):
    assert loaded(dtype, 0xFF) == -1
    assert loaded(dtype, 0x7B) > torch.iinfo(dtype).max * 0.9
    assert loaded(dtype, 0xFB) < -1


def test_undefined_booleans_differ_from_zero():
    assert loaded(torch.bool, 0xFF)
    assert not loaded(torch.bool, None)


@pytest.mark.parametrize("poison", [None, 0])
def test_nobody_asked_for_poison(poison):
    assert loaded(torch.float32, poison) == 0


def test_other_is_defined():
    assert loaded(torch.float32, 0xFF, other=True) == 0


def test_a_scalar_may_be_masked():
    out = torch.zeros(3)
    with lockstep(poison=0xFF):
        undefined_lanes.scalar[(3,)](torch.ones(1), out, 2)
    assert out[:2].tolist() == [1, 1] and out[2].isnan()


def test_lanes_that_are_discarded_do_no_harm():
    out = torch.zeros(8)
    with lockstep(poison=0xFF) as session:
        undefined_lanes.under_the_mask[(1,)](torch.ones(5), out, 5, BLOCK=8)
    assert out.tolist() == [2.0] * 5 + [0.0] * 3 and session.violations == ()


def test_what_a_masked_atomic_returns_is_undefined():
    x, out = torch.full((4,), 7, dtype=torch.int32), torch.zeros(4, dtype=torch.int32)
    with lockstep(poison=0xFF):
        undefined_lanes.counted[(1,)](x, out, 3, BLOCK=4)
    assert (x.tolist(), out.tolist()) == ([8, 8, 8, 7], [7, 7, 7, -1])


def test_descriptors_pad_with_zeros():
    out = torch.ones(2, 8)
    with lockstep(poison=0xFF) as session:
        undefined_lanes.described[(1,)](torch.ones(2, 5), out, 5, BLOCK=8)
    assert session.violations == ()
    assert out.tolist() == [[1.0] * 5 + [0.0] * 3] * 2


@pytest.mark.parametrize("poison", [None, 0xFF, 0x7B, 0xFB])
def test_following_an_undefined_pointer_is_out_of_bounds(poison):
    x, out = torch.tensor([1.0, 2.0]), torch.zeros(4)
    pointers = torch.full((4,), x.data_ptr())
    with lockstep(poison=poison, memory=(x,)) as session:
        undefined_lanes.followed[(1,)](pointers, out, 3, BLOCK=4, MASKED=True)
    assert session.violations == () and out.tolist() == [2, 2, 2, 0]
    with lockstep(poison=poison, memory=(x,)) as session:
        undefined_lanes.followed[(1,)](pointers, out, 3, BLOCK=4, MASKED=False)
        undefined_lanes.written_through[(1,)](pointers[:2], 1, BLOCK=2)
    read, written = session.violations
    assert (read.kind, read.count, out.tolist()) == ("out-of-bounds read", 1, [2, 2, 2, 0])
    assert (written.kind, written.count, x.tolist()) == ("out-of-bounds write", 1, [1, 2])
    assert read.argument == "none (null or undefined pointer)"
