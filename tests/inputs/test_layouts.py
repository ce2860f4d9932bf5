"""Tensors lie where their layout says, between guards that hold their bytes."""

import pytest
import torch
from conformance_kernels.gemma4_routing.contract import CONTRACT

from conformance.case import CaseError
from conformance.contract import Role, TensorArgument
from conformance.events.verdict import NoRoom
from conformance.inputs.build import build
from conformance.inputs.layouts import FAR_PITCH, GUARD_BYTES, LAYOUTS, layouts_for, place
from conformance.inputs.usual import usual_case
from conformance.memory.guarded import GUARD_BYTE

from ..stateful import toy as stateful

NEAR = [n for n, layout in LAYOUTS.items() if n != "far-rows" and layout.least_rank <= 2]
SIZES = dict.fromkeys("ABCDN", 2)


def built(layout, dtype="float32", **sizes):
    case = usual_case(CONTRACT, "layout", **{"T": 5, "E": 7, "K": 2, **sizes})
    return build(CONTRACT, case.with_tensor("gating", layout=layout, dtype=dtype))


@pytest.mark.parametrize("layout", [name for name in NEAR if name != "repeated"])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_every_layout_holds_the_same_values(layout, dtype):
    assert torch.equal(built("dense", dtype).arguments[0], built(layout, dtype).arguments[0])


@pytest.mark.parametrize("error", [torch.OutOfMemoryError("CUDA out of memory"), MemoryError()])
def test_a_tensor_that_the_device_has_no_room_for_is_no_trouble_of_the_suite(monkeypatch, error):
    def full(*arguments, **keywords):
        raise error

    monkeypatch.setattr(torch, "full", full)
    with pytest.raises(NoRoom, match=r"cpu has no 0\.0 GiB for gating in layout dense"):
        built("dense")


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
    flat = TensorArgument("x", ("N",), ("float32",), "")
    assert "transposed" not in layouts_for(CONTRACT, flat, SIZES)
    with pytest.raises(CaseError, match="needs 2 axes"):
        place(CONTRACT, "transposed", (3,), 4)
    with pytest.raises(CaseError, match="unknown layout"):
        place(CONTRACT, "diagonal", (3,), 4)


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


def test_token_major_puts_tokens_before_heads():
    placed = place(CONTRACT, "token-major", (2, 3, 5, 7, 11), 4)
    stored = torch.arange(2 * 7 * 3 * 5 * 11).reshape(2, 7, 3, 5, 11)
    assert placed.strides == stored.permute(0, 2, 3, 1, 4).stride()
    assert placed.extent == stored.numel() + 2 * placed.offset
    assert place(CONTRACT, "token-major", (2, 3, 1, 11), 4).strides == (33, 11, 33, 1)


def test_a_token_major_tensor_holds_the_same_values():
    usual = stateful.case()
    dense, laid = (
        build(stateful.CONTRACT, case).buffers["new"]
        for case in (usual, usual.with_tensor("new", layout="token-major"))
    )
    assert torch.equal(dense.tensor, laid.tensor)
    assert not laid.tensor.is_contiguous() and laid.tensor.transpose(1, 2).is_contiguous()
    assert int((~laid.outside()).sum()) == dense.tensor.numel() * 4


@pytest.mark.parametrize(
    ("axes", "role", "drawn", "not_drawn"),
    [
        (("A", "B", "C", "D"), Role.INPUT, {"token-major", "repeated", "transposed"}, set()),
        (("A", "B", "C", "D"), Role.NEW_STATE, {"token-major", "repeated"}, set()),
        (("A", "B", "C"), Role.INPUT, {"repeated"}, {"token-major"}),
        (("A", "B", "C", "D"), Role.STATE, {"token-major", "sliced"}, {"repeated"}),
        (("A",), Role.INDEX, {"sliced", "misaligned"}, {"repeated", "transposed"}),
        (("A", "B"), Role.MASK, {"padded-rows"}, {"repeated"}),
    ],
)
def test_rows_share_memory_only_where_nothing_is_written_and_rows_may_be_equal(
    axes, role, drawn, not_drawn
):
    argument = TensorArgument("x", axes, ("float32",), "", role)
    layouts = set(layouts_for(CONTRACT, argument, SIZES))
    assert drawn <= layouts and not not_drawn & layouts
    assert not {"dense", "far-rows"} & layouts


def test_a_number_alone_has_but_one_layout():
    number = TensorArgument("x", (), ("float32",), "", Role.SCALE)
    assert layouts_for(CONTRACT, number, SIZES) == []
