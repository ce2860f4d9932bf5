"""Implementations that differ from the reference and are right: none may be flagged.

Each sets a trap for a suite that compares more than the contract promises.
"""

import math

import torch
from conformance_kernels.gemma4_routing.arguments import check
from conformance_kernels.gemma4_routing.torch_route import route_torch

VARIATIONS = {}


def _variation(function):
    VARIATIONS[function.__name__.replace("_", "-")] = function
    return function


def _ranked(gating, topk):
    """Logits (T, E) in float32 without NaN, and the ids (T, K) of the largest of each row."""
    logits = gating.float()
    logits = torch.where(logits.isnan(), -math.inf, logits)
    return logits, logits.argsort(dim=1, descending=True, stable=True)[:, :topk]


def _terms(logits, ids, exponential=torch.exp):
    """Softmax terms of the selected logits; 1 where an infinity meets itself."""
    selected = logits.gather(1, ids)
    largest = selected.amax(dim=1, keepdim=True) if selected.numel() else selected[:, :1]
    return exponential(torch.where(selected == largest, 0.0, selected - largest))


def _scaled(weights, ids, scale):
    return weights * scale.float()[ids], ids.int()


@_variation
def highest_id_wins_ties(gating, topk, scale):
    weights, ids = route_torch(gating.flip(1), topk, scale.flip(0))
    return weights, gating.shape[1] - 1 - ids


@_variation
def slots_in_ascending_order(gating, topk, scale):
    return tuple(result.flip(1) for result in route_torch(gating, topk, scale))


@_variation
def slots_sorted_by_id(gating, topk, scale):
    weights, ids = route_torch(gating, topk, scale)
    order = ids.argsort(dim=1)
    return weights.gather(1, order), ids.gather(1, order)


@_variation
def softmax_over_all_then_renormalised(gating, topk, scale):
    check(gating, topk, scale)
    logits, ids = _ranked(gating, topk)
    chances = torch.softmax(logits, dim=1).gather(1, ids)
    total = chances.sum(dim=1, keepdim=True)
    return _scaled(chances / torch.where(total > 0, total, 1.0), ids, scale)


@_variation
def powers_of_two_and_a_reciprocal(gating, topk, scale):
    check(gating, topk, scale)
    logits, ids = _ranked(gating, topk)
    terms = _terms(logits, ids, lambda distance: torch.exp2(distance * math.log2(math.e)))
    return _scaled(terms * terms.sum(dim=1, keepdim=True).reciprocal(), ids, scale)


@_variation
def single_precision_inside(gating, topk, scale):
    check(gating, topk, scale)
    logits, ids = _ranked(gating, topk)
    terms = _terms(logits, ids)
    return _scaled(terms / terms.sum(dim=1, keepdim=True), ids, scale)


@_variation
def summed_from_the_smallest(gating, topk, scale):
    check(gating, topk, scale)
    logits, ids = _ranked(gating, topk)
    terms = _terms(logits, ids)
    total = torch.zeros(len(gating), 1)
    for slot in reversed(range(topk)):
        total = total + terms[:, slot : slot + 1]
    return _scaled(terms / total, ids, scale)


@_variation
def scaled_before_the_division(gating, topk, scale):
    check(gating, topk, scale)
    logits, ids = _ranked(gating, topk)
    terms = _terms(logits, ids)
    return terms * scale.float()[ids] / terms.sum(dim=1, keepdim=True), ids.int()


@_variation
def a_little_more_in_the_denominator(gating, topk, scale):
    check(gating, topk, scale)
    logits, ids = _ranked(gating, topk)
    terms = _terms(logits, ids)
    return _scaled(terms / (terms.sum(dim=1, keepdim=True) + 1e-7), ids, scale)


@_variation
def zero_before_negative_zero(gating, topk, scale):
    check(gating, topk, scale)
    logits, _ = _ranked(gating, topk)
    bits = logits.contiguous().view(torch.int32)
    keys = torch.where(bits < 0, bits ^ 0x7FFFFFFF, bits)
    ids = keys.argsort(dim=1, descending=True, stable=True)[:, :topk]
    terms = _terms(logits, ids)
    return _scaled(terms / terms.sum(dim=1, keepdim=True), ids, scale)


@_variation
def tie_winner_drawn_anew_in_every_call(gating, topk, scale):
    if scale.dim() != 1 or gating.shape[-1] != len(scale):
        check(gating, topk, scale)
    order = torch.randperm(len(scale))
    weights, ids = route_torch(gating[:, order], topk, scale[order])
    return weights, order[ids.long()].int()


@_variation
def rows_without_an_order_get_zero_weights(gating, topk, scale):
    weights, ids = route_torch(gating, topk, scale)
    open_rows = gating.isnan().any(dim=1) | (gating.float() == -math.inf).all(dim=1)
    return torch.where(open_rows[:, None], 0.0, weights), ids


@_variation
def results_transposed_in_memory(gating, topk, scale):
    return tuple(r.t().contiguous().t() for r in route_torch(gating, topk, scale))


@_variation
def results_inside_larger_buffers(gating, topk, scale):
    results = []
    for result in route_torch(gating, topk, scale):
        room = torch.full((len(result) + 3, topk + 5), 7, dtype=result.dtype)
        room[: len(result), :topk] = result
        results.append(room[: len(result), :topk])
    return tuple(results)
