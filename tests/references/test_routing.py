"""The routing reference says what an oracle says that goes slot by slot."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from conformance_kernels.gemma4_routing.contract import CONTRACT
from conformance_kernels.gemma4_routing.reference import reference, unspecified
from hypothesis import given, settings
from hypothesis import strategies as st

from . import routing
from .asked import arguments_of, ask, every_case, fixed_cases

ROUNDING = 1e-14


def compare(arguments, axes, ids=None):
    """Assert that the reference owes what the oracle does, for ``ids`` or those that it selects."""
    rows, scale = arguments["gating"].double().tolist(), arguments["per_expert_scale"].double()
    scale, count = scale.tolist(), arguments["topk"]
    if ids is None:
        taken = [routing.selected(row, count) for row in rows]
        _, found = reference(arguments["gating"].double(), count, torch.tensor(scale).double())
        assert found.dtype is torch.int32
        assert found.tolist() == taken
        ids = torch.tensor(taken, dtype=torch.int64).reshape(len(rows), count)
    owed = ask(CONTRACT, axes, arguments, {"ids": ids}).owed
    assert set(owed.open) == {"weights"} and not (owed.magnitudes or owed.groups or owed.states)
    assert owed.outputs["ids"].tolist() == ids.tolist()
    assert owed.outputs["weights"].dtype is torch.float64
    chosen = ids.tolist()
    wanted = [routing.weights(row, own, scale) for row, own in zip(rows, chosen, strict=True)]
    free = [routing.is_free(row, own, scale) for row, own in zip(rows, chosen, strict=True)]
    shape = (len(rows), count)
    np.testing.assert_allclose(
        owed.outputs["weights"].numpy(), np.array(wanted).reshape(shape), rtol=ROUNDING, atol=1e-320
    )
    np.testing.assert_array_equal(
        owed.open["weights"].numpy(), np.array(free, dtype=bool).reshape(shape)
    )


def turned(arguments, ids):
    """Other ids of the same rows: not the largest, and in another order."""
    experts = arguments["gating"].shape[1]
    return (experts - 1 - ids.long()).flip(-1)


@pytest.mark.parametrize("experts, count", [(6, 3), (4, 4), (1, 1), (7, 1)])
def test_the_reference_is_right_in_every_fixed_case(experts, count):
    cases = list(fixed_cases(CONTRACT, {"T": 5, "E": experts, "K": count}))
    assert len(cases) > 40
    for case in cases:
        arguments = arguments_of(CONTRACT, case)
        compare(arguments, case.axes)
        first = torch.tensor([list(range(count))] * 5)
        compare(arguments, case.axes, turned(arguments, first))


@settings(max_examples=150, derandomize=True, deadline=None, database=None)
@given(data=st.data())
def test_the_reference_is_right_in_drawn_cases(data):
    case = data.draw(every_case(CONTRACT))
    compare(arguments_of(CONTRACT, case), case.axes)


@pytest.mark.parametrize("scale", [math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("logit", [-76.0, -76.2, -76.3, -87.0, -200.0, -math.inf])
def test_a_weight_is_free_from_the_smallest_certain_term_on(scale, logit):
    arguments = {
        "gating": torch.tensor([[0.0, logit, logit]]),
        "topk": 2,
        "per_expert_scale": torch.tensor([1.0, scale, scale]),
    }
    compare(arguments, {"T": 1, "E": 3, "K": 2}, torch.tensor([[0, 2]]))


def test_what_is_not_selected_leaves_a_row_binding_unless_it_is_nan():
    scale = torch.ones(3)
    for other, free in ((math.inf, False), (-math.inf, False), (math.nan, True)):
        gating = torch.tensor([[1.0, 2.0, other]])
        ids = torch.tensor([[0, 1]])
        assert unspecified(gating, 2, scale, ids).tolist() == [[free, free]]


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float64])
def test_the_definition_computes_in_the_dtype_of_the_logits(dtype):
    gating = torch.tensor([[0.0, 1.0]], dtype=dtype)
    weights, ids = reference(gating, 1, torch.ones(2), ids=torch.tensor([[1]], dtype=torch.int16))
    assert (weights.dtype, ids.dtype) == (dtype, torch.int32)


def test_a_selection_follows_the_flush_of_the_contract():
    assert CONTRACT.selection is not None
    assert CONTRACT.selection == replace(CONTRACT.selection, order="largest", flush=2.0**-126)
