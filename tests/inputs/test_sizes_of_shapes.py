"""Sizes are worked out of the shapes of calls that exist."""

import pytest
from conformance_kernels.gemma4_routing.contract import CONTRACT as ROUTING
from conformance_kernels.rbln_attention.contract import OPERATORS
from conformance_kernels.rms_norm.operator import OPERATOR as RMS_NORM

from conformance.contract import shape_of
from conformance.inputs.sizes_of_shapes import Misfit, sizes_of
from conformance.inputs.usual import usual_case


def shapes_at(contract, axes):
    """The shapes of all tensors that are given, and the numbers of size arguments."""
    shapes = {each.name: shape_of(each.axes, axes) for each in contract.tensors}
    return shapes, {each.axis: axes[each.axis] for each in contract.sizes}


@pytest.mark.parametrize("name", OPERATORS)
def test_sizes_that_stand_in_expressions_are_found(name):
    contract = OPERATORS[name].contract
    axes = {**usual_case(contract, "values").axes, "H": 3, "G": 5, "SPARE": 7}
    assert sizes_of(contract, *shapes_at(contract, axes)) == axes


def test_a_size_that_a_number_tells_is_taken():
    axes = {"T": 5, "E": 16, "K": 3}
    assert sizes_of(ROUTING, *shapes_at(ROUTING, axes)) == axes


@pytest.mark.parametrize("leading", [(), (7,), (2, 3)])
def test_leading_dimensions_are_found(leading):
    contract = RMS_NORM.contract
    (name,) = [axis.name for axis in contract.axes if not hasattr(axis, "most")]
    axes = {**usual_case(contract, "values").axes, name: leading}
    assert contract.allows(axes)
    assert sizes_of(contract, *shapes_at(contract, axes)) == axes


@pytest.mark.parametrize(
    ("shapes", "topk", "told"),
    [
        ({"gating": (5, 16), "per_expert_scale": (8,)}, 3, r"per_expert_scale is \(8,\), not"),
        ({"gating": (5, 16, 1), "per_expert_scale": (16,)}, 3, "gating has 3 dimensions, not 2"),
        ({"gating": (16,), "per_expert_scale": (16,)}, 3, "gating has 1 dimensions, not 2"),
        ({"gating": (5, 16), "per_expert_scale": (16,)}, 17, "its sizes break K <= E"),
        ({"gating": (5, 4096), "per_expert_scale": (4096,)}, 2, "E = 4096 is outside the limits"),
    ],
)
def test_shapes_that_are_none_of_the_contracts_are_told(shapes, topk, told):
    with pytest.raises(Misfit, match=told):
        sizes_of(ROUTING, shapes, {"K": topk})


def test_blocks_that_are_too_few_for_the_batch_are_told():
    contract = OPERATORS["flash_attention_naive_decode"].contract
    axes = dict(usual_case(contract, "values").axes)
    shapes, numbers = shapes_at(contract, axes)
    blocks = shapes["kv_cache"]
    shapes["kv_cache"] = (blocks[0], 2, *blocks[2:])
    with pytest.raises(Misfit, match="kv_cache is"):
        sizes_of(contract, shapes, numbers)
