"""The reference is the definition, and what is left open is no more than the contract says."""

import math

import torch
from conformance_kernels.gemma4_routing.contract import CONTRACT
from conformance_kernels.gemma4_routing.reference import reference, unspecified


def test_the_definition_in_numbers():
    gating = torch.tensor([[0.0, math.log(3.0), math.log(2.0)]], dtype=torch.float64)
    scale = torch.tensor([1.0, 10.0, 100.0], dtype=torch.float64)
    weights, ids = reference(gating, 2, scale)
    assert ids.tolist() == [[1, 2]] and (weights.dtype, ids.dtype) == (torch.float64, torch.int32)
    torch.testing.assert_close(weights, torch.tensor([[6.0, 40.0]], dtype=torch.float64))


def test_weights_follow_given_ids_slot_by_slot():
    gating, scale = torch.randn(4, 6).double(), torch.randn(6).double()
    weights, ids = reference(gating, 3, scale)
    again, _ = reference(gating, 3, scale, ids=ids.flip(1))
    torch.testing.assert_close(again, weights.flip(1), rtol=1e-15, atol=0)


def open_slots(row, scale, topk=None):
    gating, scale = torch.tensor([row]), torch.tensor(scale)
    topk = topk or len(row)
    ids = reference(gating, topk, scale)[1]
    return dict(
        zip(ids[0].tolist(), unspecified(gating, topk, scale, ids)[0].tolist(), strict=True)
    )


def test_ordinary_rows_are_binding():
    assert open_slots([1.0, 2.0, -math.inf], [1.0, 0.0, -1.0]) == {1: False, 0: False, 2: False}


def test_any_nan_in_a_row_opens_it():
    gating, scale = torch.tensor([[math.nan, 2.0, 1.0], [0.0, 1.0, 2.0]]), torch.ones(3)
    ids = torch.tensor([[1, 2], [1, 2]], dtype=torch.int32)
    assert unspecified(gating, 2, scale, ids).tolist() == [[True, True], [False, False]]


def test_selected_infinities_open_a_row():
    assert all(open_slots([math.inf, 1.0], [1.0, 1.0]).values())
    assert all(open_slots([-math.inf, -math.inf, -math.inf], [1.0] * 3, topk=2).values())
    assert not any(open_slots([-math.inf, 1.0], [1.0, 1.0]).values())


def test_undefined_scales_open_only_slots_whose_term_vanishes():
    infinite, undefined = math.inf, math.nan
    assert open_slots([0.0, 1.0], [infinite, undefined]) == {1: False, 0: False}
    assert open_slots([-math.inf, 1.0], [infinite, 1.0]) == {1: False, 0: True}
    assert open_slots([-math.inf, 1.0], [undefined, 1.0]) == {1: False, 0: True}
    assert open_slots([-math.inf, 1.0], [2.0, infinite]) == {1: False, 0: False}


def test_a_term_that_only_float64_keeps_is_open():
    assert open_slots([-100.0, 0.0], [math.inf, 1.0]) == {1: False, 0: True}
    assert open_slots([-70.0, 0.0], [math.inf, 1.0]) == {1: False, 0: False}
    assert open_slots([-100.0, 0.0], [5.0, 1.0]) == {1: False, 0: False}


def test_logits_that_hardware_flushes_are_those_below_the_smallest_normal_float32():
    assert CONTRACT.selection.flush == torch.finfo(torch.float32).tiny
