"""A call is a line: read back, it builds the same bits, in memory that belongs to it alone."""

from dataclasses import replace

import pytest
import torch

from conformance.case import Case, CaseError, TensorSpec
from conformance.inputs.layouts import LAYOUTS
from conformance.registrations.stored import bytes_of

from .made import implied

X = torch.arange(12.0).view(4, 3)
SCHEMA = (
    "(Tensor(a!) cache, Tensor x, Tensor[] parts, Tensor ids, Tensor? bias=None, float eps=0.5, "
    "*, ScalarType? dtype=None) -> Tensor"
)
CALLS = implied(
    {
        "cache": torch.zeros(4, 3),
        "x": X,
        "parts": [X[0], X],
        "ids": torch.tensor([3, 1_000_000]),
        "dtype": torch.bfloat16,
    },
    SCHEMA,
)


def every_case():
    yield CALLS.usual("any")
    for cases in (CALLS.dtypes, CALLS.layouts, CALLS.sizes, CALLS.open_sizes):
        yield from cases("any")
    yield from CALLS.drawn("any", 12, 5)


def storages(call):
    return {name: bytes_of(tensor) for name, tensor in call.tensors.items()}


def test_a_case_is_read_back_from_its_line():
    for case in every_case():
        assert Case.parse(str(case)) == case


def test_a_case_that_was_read_back_builds_the_same_bits():
    for case in every_case():
        first, second = (CALLS.build(each, "cpu") for each in (case, Case.parse(str(case))))
        again = storages(second)
        for name, held in storages(first).items():
            assert torch.equal(held, again[name]), (case, name)
            assert first.tensors[name].stride() == second.tensors[name].stride()


def test_equal_seeds_draw_equal_calls_and_others_do_not():
    assert CALLS.drawn("any", 6, 5) == CALLS.drawn("any", 6, 5)
    assert CALLS.drawn("any", 6, 5) != CALLS.drawn("any", 6, 6)


def test_the_usual_call_holds_what_the_example_holds():
    call = CALLS.build(CALLS.usual("any"), "cpu")
    assert torch.equal(call.values["ids"], torch.tensor([3, 1_000_000]))
    assert torch.equal(call.values["parts"][0], X[0])
    assert call.values["bias"] is None and call.values["dtype"] is torch.bfloat16
    assert call.keyword_only == {"dtype"}


def test_every_tensor_lies_in_a_storage_of_its_own_with_room_around_it():
    call = CALLS.build(CALLS.usual("any"), "cpu")
    assert len({t.untyped_storage().data_ptr() for t in call.tensors.values()}) == 5
    for tensor in call.tensors.values():
        assert tensor.storage_offset() > 0
        end = (tensor.storage_offset() + tensor.numel()) * tensor.element_size()
        assert tensor.untyped_storage().nbytes() > end


def test_tensors_of_lists_are_named_by_their_place():
    assert [*CALLS.build(CALLS.usual("any"), "cpu").tensors] == [
        "cache", "x", "parts[0]", "parts[1]", "ids",
    ]  # fmt: skip


def test_floats_change_together_and_the_written_one_also_alone():
    seen = {(case.tensors["cache"].dtype, case.tensors["x"].dtype) for case in CALLS.dtypes("any")}
    assert {("bfloat16", "bfloat16"), ("float16", "float16"), ("float64", "float64")} <= seen
    assert ("bfloat16", "float32") in seen and ("float32", "bfloat16") not in seen


def test_integers_change_apart_from_floats():
    ids = [case for case in CALLS.dtypes("any") if case.tensors["ids"].dtype == "int32"]
    assert ids and all(case.tensors["x"].dtype == "float32" for case in ids)


def test_sizes_that_are_equal_stay_equal_and_empty_ones_are_among_them():
    shapes = [(case.axes["x"], case.axes["cache"]) for case in CALLS.sizes("any")]
    assert all(x == cache for x, cache in shapes)
    assert any(0 in x for x, _ in shapes) and any(1 in x for x, _ in shapes)


def test_layouts_are_those_that_a_shape_can_have_and_no_write_goes_to_repeated_rows():
    layouts = {
        name: {case.tensors[name].layout for case in CALLS.layouts("any")} - {"dense"}
        for name in ("cache", "x", "ids")
    }
    assert {"transposed", "sliced", "repeated", "offset", "misaligned"} <= layouts["x"]
    assert "repeated" not in layouts["cache"]
    assert "transposed" not in layouts["ids"]
    assert all(layout in LAYOUTS for found in layouts.values() for layout in found)


@pytest.mark.parametrize("layout", ["transposed", "sliced", "offset", "misaligned", "repeated"])
def test_a_layout_is_what_its_name_says(layout):
    case = CALLS.usual("any").with_tensor("x", layout=layout)
    x = CALLS.build(case, "cpu").tensors["x"]
    if layout == "repeated":
        assert x.stride(0) == 0
    elif layout in ("offset", "misaligned"):
        assert x.is_contiguous() and torch.equal(x, X)
    else:
        assert not x.is_contiguous() and torch.equal(x, X)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tensors": {"x": "float32/example/nowhere"}}, "layout nowhere is none for x"),
        ({"tensors": {"ids": "int64/example/transposed"}}, "layout transposed is none for ids"),
        ({"tensors": {"x": "float32/below/dense"}}, "'below' says nothing"),
        ({"options": {"parts": "many"}}, "parts"),
        ({"options": {"parts": "3"}}, "says nothing of parts__2"),
        ({"options": {"parts": "-1"}}, "parts"),
        ({"options": {"eps": "much"}}, "'much' is no float"),
    ],
    ids=["layout", "rank", "values", "count", "more", "negative", "word"],
)
def test_a_line_that_somebody_changed_is_told(change, message):
    usual = CALLS.usual("any")
    tensors = {n: TensorSpec(*text.split("/")) for n, text in change.get("tensors", {}).items()}
    case = replace(
        usual,
        tensors={**usual.tensors, **tensors},
        options={**usual.options, **change.get("options", {})},
    )
    with pytest.raises(CaseError, match=message):
        CALLS.build(case, "cpu")
