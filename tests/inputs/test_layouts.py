"""Tensors lie where their layout says, between guards that hold their bytes."""

import pytest
import torch
from conformance_kernels.gemma4_routing.contract import CONTRACT

from conformance.case import CaseError
from conformance.case.draw import usual_case
from conformance.contract import TensorArgument
from conformance.inputs.layouts import FAR_PITCH, GUARD_BYTES, LAYOUTS, layouts_for, place
from conformance.inputs.tensors import GUARD_BYTE, build

NEAR = [name for name in LAYOUTS if name != "far-rows"]


def built(layout, dtype="float32", **sizes):
    case = usual_case(CONTRACT, "layout", **{"T": 5, "E": 7, "K": 2, **sizes})
    return build(CONTRACT, case.with_tensor("gating", layout=layout, dtype=dtype))


@pytest.mark.parametrize("layout", [name for name in NEAR if name != "repeated"])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_every_layout_holds_the_same_values(layout, dtype):
    assert torch.equal(built("dense", dtype).arguments[0], built(layout, dtype).arguments[0])


def test_repeated_rows_are_one_row():
    gating = built("repeated").arguments[0]
    assert torch.equal(gating, gating[:1].expand(5, 7)) and bool(gating.isfinite().all())


@pytest.mark.parametrize("layout", NEAR)
def test_what_belongs_to_no_element_holds_the_guard_byte(layout):
    buffer = built(layout).buffers["gating"]
    outside = buffer.outside()
    assert outside[:GUARD_BYTES].all() and outside[-GUARD_BYTES:].all()
    assert (buffer.storage[outside] == GUARD_BYTE).all()
    distinct = 7 if layout == "repeated" else 35
    assert int((~outside).sum()) == distinct * 4


def test_layouts_differ_in_what_they_promise():
    assert not built("transposed").arguments[0].is_contiguous()
    assert built("sliced").arguments[0].stride(1) == 2
    assert built("padded-rows").arguments[0].stride() == (12, 1)
    assert built("repeated").arguments[0].stride(0) == 0
    assert built("misaligned").arguments[0].data_ptr() % 16 == 4
    assert built("dense").arguments[0].is_contiguous()


@pytest.mark.parametrize("layout", NEAR)
def test_empty_tensors_can_be_laid_out(layout):
    assert built(layout, T=0).arguments[0].shape == (0, 7)


def test_a_layout_that_does_not_fit_is_refused():
    assert "transposed" not in layouts_for(TensorArgument("x", ("N",), ("float32",), ""))
    with pytest.raises(CaseError, match="needs 2 axes"):
        place("transposed", (3,), 4)
    with pytest.raises(CaseError, match="unknown layout"):
        place("diagonal", (3,), 4)


def test_new_contents_can_be_put_into_the_same_memory():
    buffer = built("repeated").buffers["gating"]
    pointer = buffer.tensor.data_ptr()
    buffer.overwrite(torch.ones(5, 7))
    assert buffer.tensor.data_ptr() == pointer and bool((buffer.tensor == 1).all())


def test_far_rows_hold_the_same_values_without_filling_the_memory_between():
    far = built("far-rows", "float16", T=3)
    assert far.arguments[0].stride() == (FAR_PITCH, 1) and 2 * FAR_PITCH > 2**31
    assert torch.equal(far.arguments[0], built("dense", "float16", T=3).arguments[0])
    with pytest.raises(CaseError, match="3 rows at most"):
        built("far-rows", T=4)
