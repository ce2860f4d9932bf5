"""The torch implementation keeps the contract, extremes included."""

import math

import pytest
import torch
from conformance_kernels.gemma4_routing.torch_route import route_by_sorting, route_torch

from .cases import ROWS, SCALE, check_result, rows_with_negative_nan

DTYPES = [torch.float32, torch.bfloat16, torch.float16]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("topk", range(1, 8))
@pytest.mark.parametrize("rows", [ROWS, rows_with_negative_nan()], ids=["nan", "negative-nan"])
def test_extreme_rows(rows, topk, dtype):
    gating = rows.to(dtype)
    check_result(gating, topk, SCALE, *route_torch(gating, topk, SCALE))


@pytest.mark.parametrize("scale_dtype", [*DTYPES, torch.float64])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("tokens", "experts", "topk"), [(0, 5, 2), (1, 1, 1), (33, 128, 8), (7, 1000, 1000), (5, 3, 3)]
)
def test_random_rows(tokens, experts, topk, dtype, scale_dtype):
    generator = torch.Generator().manual_seed(experts)
    gating = (torch.randn(tokens, experts, generator=generator) * 4).to(dtype)
    scale = torch.randn(experts, generator=generator).to(scale_dtype)
    check_result(gating, topk, scale, *route_torch(gating, topk, scale))


def test_infinite_and_undefined_scales_follow_the_product():
    gating = torch.tensor([[3.0, 2.0, 1.0, 0.0], [200.0, 0.0, 0.0, -200.0]])
    scale = torch.tensor([math.inf, -math.inf, math.nan, 2.0])
    weights, ids = route_torch(gating, 4, scale)
    check_result(gating, 4, scale, weights, ids)
    assert weights[0, :2].tolist() == [math.inf, -math.inf] and weights[0, 2].isnan()


def test_logits_never_make_nan():
    for rows in (ROWS, rows_with_negative_nan()):
        assert route_torch(rows, 7, SCALE)[0].isfinite().all()


def test_ties_take_the_lowest_ids_first():
    ids = route_torch(torch.tensor([[0.0, -0.0, 1.0, -0.0, 0.0]]), 3, torch.ones(5))[1]
    assert ids.tolist() == [[2, 0, 1]]
    assert route_torch(torch.full((1, 6), 2.0), 4, torch.ones(6))[1].tolist() == [[0, 1, 2, 3]]


def test_one_expert_gets_its_scale_exactly():
    weights, ids = route_torch(torch.tensor([[-5.0]]), 1, torch.tensor([0.3]))
    assert ids.tolist() == [[0]] and torch.equal(weights, torch.tensor([[0.3]]))


def test_strides_are_read_and_inputs_stay():
    dense = torch.randn(6, 9)
    scale = torch.randn(1).expand(9)
    padded = torch.full((6, 14), math.nan)
    padded[:, 2:11] = dense
    views = [dense.t().contiguous().t(), padded[:, 2:11], dense.repeat_interleave(2, 1)[:, ::2]]
    wanted = route_torch(dense, 4, scale.clone())
    for view in views:
        before = view.clone()
        for got, want in zip(route_torch(view, 4, scale), wanted, strict=True):
            assert torch.equal(got, want)
        assert torch.equal(view, before)


def test_results_are_contiguous_and_own_their_memory():
    gating, scale = torch.randn(4, 4), torch.ones(4)
    weights, ids = route_torch(gating, 4, scale)
    assert weights.is_contiguous() and ids.is_contiguous()
    pointers = {t.untyped_storage().data_ptr() for t in (gating, scale, weights, ids)}
    assert len(pointers) == 4


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("topk", [1, 4, 7])
def test_devices_without_float64_get_the_same(topk, dtype):
    for rows in (ROWS, rows_with_negative_nan(), torch.randn(99, 7).round()):
        sorted_weights, sorted_ids = route_by_sorting(rows.to(dtype), topk, SCALE)
        weights, ids = route_torch(rows.to(dtype), topk, SCALE)
        assert torch.equal(ids, sorted_ids)
        torch.testing.assert_close(weights, sorted_weights, rtol=1e-6, atol=1e-9)


def test_the_largest_finite_logits_are_not_infinite():
    largest = torch.finfo(torch.float32).max
    gating = torch.tensor([[math.inf, largest], [-math.inf, -largest]])
    weights, ids = route_torch(gating, 2, torch.ones(2))
    assert weights.tolist() == [[1.0, 0.0]] * 2 and ids.tolist() == [[0, 1], [1, 0]]
