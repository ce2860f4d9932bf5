"""Patterns put into tensors what their names say, the same bits for the same case."""

import pytest
import torch
from conformance_kernels.gemma4_routing.contract import CONTRACT

from conformance.case import CaseError
from conformance.inputs.patterns import PATTERNS
from conformance.inputs.selection_patterns import SELECTION_PATTERNS, SPECIAL, TIES
from conformance.inputs.usual import usual_case
from conformance.inputs.values import make_values
from conformance.tensors.dtypes import same_bits

K = 4


def gating(pattern, dtype="float32", seed=3):
    case = usual_case(CONTRACT, "values", T=16, E=32, K=K)
    case = case.with_tensor("gating", values=pattern, dtype=dtype)
    return make_values(CONTRACT, type(case)(**{**vars(case), "seed": seed}), "gating")


@pytest.mark.parametrize("pattern", [*SELECTION_PATTERNS, *PATTERNS])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
def test_the_same_case_gives_the_same_bits_and_another_seed_others(pattern, dtype):
    assert same_bits(gating(pattern, dtype), gating(pattern, dtype))
    if pattern not in ("ones", "zero", "row-all-nan"):
        assert not same_bits(gating(pattern, dtype, seed=1), gating(pattern, dtype, seed=2))


@pytest.mark.parametrize("pattern", TIES)
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
def test_tie_patterns_hold_ties_or_neighbours(pattern, dtype):
    values = gating(pattern, dtype).double().sort(-1, descending=True).values
    gaps = values[:, :-1] - values[:, 1:]
    if pattern.startswith("one-ulp"):
        assert bool((gaps > 0).all())
        steps = gaps / torch.finfo(getattr(torch, dtype)).eps
        assert bool((steps <= 1).all())
    else:
        assert bool((gaps == 0).any())


def test_the_border_pattern_ties_exactly_across_the_border():
    values = gating("border").sort(-1, descending=True).values
    assert torch.equal(values[:, K - 1], values[:, K])
    assert bool((values[:, : K - 1] > values[:, K - 1 : K]).all())


def test_signed_zeros_hold_both_zeros_around_the_border():
    values = gating("signed-zeros")
    zeros = values[values == 0]
    assert bool(zeros.signbit().any()) and not bool(zeros.signbit().all())
    assert bool((values.sort(-1, descending=True).values[:, K - 1] == 0).all())


@pytest.mark.parametrize(("pattern", "negative"), [("row-nan", False), ("row-negative-nan", True)])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
def test_nan_comes_with_either_sign(pattern, negative, dtype):
    values = gating(pattern, dtype)
    bits = values.view(torch.int16 if values.element_size() == 2 else torch.int32)
    assert bool(((bits < 0) == negative)[values.isnan()].all()) and bool(values.isnan().any())


@pytest.mark.parametrize("pattern", [name for name in SPECIAL if name.startswith("row-")])
def test_special_rows_leave_every_second_row_alone(pattern):
    values = gating(pattern)
    if pattern != "row-mixed":
        assert bool(values[1::2].isfinite().all())
    assert not bool(values[::2].isfinite().all())


def test_few_finite_rows_have_fewer_finite_entries_than_are_selected():
    finite = gating("row-few-finite")[::2].isfinite().sum(-1)
    assert bool((finite < K).all()) and bool((finite >= 1).all())


def test_the_sweep_reaches_every_id():
    assert gating("sweep").argmax(-1).tolist() == list(range(16))


def test_an_unknown_pattern_is_refused_with_the_known_ones():
    with pytest.raises(CaseError, match="unknown pattern 'typo'"):
        gating("typo")


@pytest.mark.parametrize(
    ("pattern", "low", "high"),
    [
        ("zero", 0.0, 0.0),
        ("fraction", 1 / 16, 1 / 4),
        ("large", -60.0, 60.0),
        ("large-negative", -60.0, -30.0),
        ("large-positive", 30.0, 60.0),
    ],
)
def test_numbers_lie_between_the_bounds_of_their_pattern(pattern, low, high):
    values = gating(pattern)
    assert low <= float(values.min()) and float(values.max()) <= high
    assert pattern == "zero" or float(values.abs().max()) > high / 2
