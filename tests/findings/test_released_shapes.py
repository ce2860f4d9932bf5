"""What is wrong for the sizes of one released model is found by `sizes`, in every profile."""

from dataclasses import replace

import pytest
import torch
from conformance_kernels.gemma4_routing.contract import OPERATOR as ROUTING
from conformance_kernels.gemma4_routing.torch_route import route_torch
from conformance_kernels.merge_attn_states.operator import OPERATOR as MERGING
from conformance_kernels.merge_attn_states.torch_merge import merge
from conformance_kernels.per_token_quant_int8.operator import OPERATOR as QUANTISING
from conformance_kernels.per_token_quant_int8.torch_quant import quant
from conformance_kernels.rbln_attention.contract import OPERATORS
from conformance_kernels.rbln_attention.implementations.torch_attention import PLAIN
from conformance_kernels.reshape_and_cache.operator import OPERATOR as CACHING
from conformance_kernels.reshape_and_cache.torch_cache import reshape_and_cache
from conformance_kernels.rms_norm.operator import OPERATOR as NORMALISING
from conformance_kernels.rms_norm.torch_rms_norm import rms_norm
from conformance_kernels.silu_and_mul.operator import OPERATOR as GATING
from conformance_kernels.silu_and_mul.torch_silu_and_mul import silu_and_mul

import conformance
from conformance.case import Case
from conformance.checks import find_check
from conformance.contract import Contract, ContractMistake, Operator, ReleasedShape
from conformance.contract.validation import validate
from conformance.events.verdict import Verdict
from conformance.inputs.released import released_cases
from conformance.policy.profiles import profiles
from conformance.reports.tables.released_text import released_lines

from ..stateful.toy import CONTRACT as TOY
from ..stateful.toy import append

ALL = [ROUTING, MERGING, QUANTISING, CACHING, NORMALISING, GATING, *OPERATORS.values()]


QUICK = replace(profiles()["quick"], shrink_seconds=0.5)


def found(operator, subject):
    report = conformance.check(operator, subject, profile=QUICK, seed=3, checks=["sizes"])
    assert report["sizes"].verdict is Verdict.FAIL
    return Case.parse(report["sizes"].failures[0].case)


@pytest.mark.parametrize("pair", [(64, 6), (160, 6), (60, 4), (128, 4), (32, 4), (512, 10)])
@pytest.mark.parametrize("output", [0, 1], ids=["weights", "ids"])
def test_a_router_that_is_wrong_for_one_pair_alone(pair, output):
    def route(gating, topk, per_expert_scale):
        results = list(route_torch(gating, topk, per_expert_scale))
        if (gating.shape[1], topk) == pair:
            results[output] = results[output].clone()
            # One slot of one row: a weight that is off by a little, an id that is not the largest.
            results[output][-1, -1] += 1e-3 if output == 0 else -1
            results[1] %= gating.shape[1]
        return tuple(results)

    axes = found(ROUTING, route).axes
    assert (axes["E"], axes["K"]) == pair


def test_a_router_that_is_wrong_for_one_pair_in_the_dtype_of_models():
    def route(gating, topk, per_expert_scale):
        weights, ids = route_torch(gating, topk, per_expert_scale)
        half = gating.dtype is per_expert_scale.dtype is torch.bfloat16
        return weights * (1.01 if half and (gating.shape[1], topk) == (384, 8) else 1), ids

    assert found(ROUTING, route).axes["E"] == 384


def test_a_router_that_loses_the_last_expert_of_one_pair():
    """Only the sweep over ids has so many rows of it."""

    def route(gating, topk, per_expert_scale):
        weights, ids = route_torch(gating, topk, per_expert_scale)
        if (gating.shape[1], topk) == (288, 8) and len(gating) > 64:
            weights = torch.where(ids == 287, weights * 2, weights)
        return weights, ids

    assert found(ROUTING, route).axes["E"] == 288


def test_a_router_that_loses_the_last_expert_where_one_is_selected():
    def route(gating, topk, per_expert_scale):
        weights, ids = route_torch(gating, topk, per_expert_scale)
        if topk == 1 and gating.shape[1] == len(gating) == 192:
            ids[ids == 191] = 190
        return weights, ids

    assert found(ROUTING, route).axes["E"] == 192


@pytest.mark.parametrize("heads", [(8, 5, 128), (2, 7, 64), (10, 4, 128)])
@pytest.mark.parametrize(
    "name", ["flash_causal_attention_naive_decode", "sliding_window_attention_naive_prefill"]
)
def test_attention_that_is_wrong_for_the_heads_of_one_model(name, heads):
    def attention(*values):
        output = PLAIN[name](*values)
        shape = (output.shape[1], output.shape[2], output.shape[4])
        return output * 1.02 if shape == heads else output

    axes = found(OPERATORS[name], attention).axes
    assert (axes["H"], axes["G"], axes["D"]) == heads


def test_attention_that_loses_its_scores_for_the_heads_of_one_model():
    """More than one token is seen there: a softmax over one alone would be right by chance."""
    name = "attention_naive_decode"

    def attention(query, *values):
        if query.shape[1:3] == (40, 1) and query.shape[4] == 128:
            query = torch.zeros_like(query)
        return PLAIN[name](query, *values)

    assert found(OPERATORS[name], attention).axes["H"] == 40


def off_by_a_part(function, chosen):
    def wrong(*values):
        result = function(*values)
        return result * 1.1 if chosen(*values) else result

    return wrong


@pytest.mark.parametrize(
    ("operator", "subject"),
    [
        (NORMALISING, off_by_a_part(rms_norm, lambda x, *rest: x.shape[-1] == 2816)),
        (GATING, off_by_a_part(silu_and_mul, lambda gate, up: gate.shape[-1] == 53248)),
        (
            QUANTISING,
            lambda x: quant(x * 2) if x.shape[-1] == 27392 else quant(x),
        ),
    ],
    ids=["rms_norm", "silu_and_mul", "per_token_quant_int8"],
)
def test_rows_as_long_as_those_of_one_model(operator, subject):
    found(operator, subject)


def test_states_that_are_merged_wrongly_for_the_heads_of_one_model():
    def wrong(*values):
        merge(*values)
        if tuple(values[4].shape[1:]) == (96, 128):
            values[4][..., -1] = 0

    found(MERGING, wrong)


def test_tokens_that_are_cached_wrongly_for_the_heads_of_one_model():
    def cache(key, value, key_cache, value_cache, slot_mapping):
        reshape_and_cache(key, value, key_cache, value_cache, slot_mapping)
        if key.shape[1:] == (10, 128) and (slot_mapping >= 0).any():
            key_cache.view(-1, 10, 128)[slot_mapping.max(), -1, -1] = 0

    found(CACHING, cache)


def test_no_other_check_finds_what_is_wrong_for_one_pair():
    def route(gating, topk, per_expert_scale):
        weights, ids = route_torch(gating, topk, per_expert_scale)
        return weights * (2 if (gating.shape[1], topk) == (64, 6) else 1), ids

    report = conformance.check(ROUTING, route, profile=QUICK, seed=3)
    assert {e.check for e in report.checks if e.verdict is Verdict.FAIL} == {"sizes"}


@pytest.mark.parametrize("operator", ALL, ids=lambda operator: operator.contract.name)
def test_every_contract_names_shapes_and_asks_each_of_them(operator):
    contract = operator.contract
    validate(contract)
    asked = list(find_check("sizes").always(contract))
    assert contract.released and asked == list(released_cases(contract, "sizes"))
    for shape in contract.released:
        assert any(shape.axes.items() <= case.axes.items() for case in asked), shape
    assert len({str(case) for case in asked}) == len(asked)


@pytest.mark.parametrize("profile", profiles())
def test_no_profile_leaves_a_shape_out(profile):
    """A layer of a user's: its weight alone is larger than `quick` takes."""
    axes = {"H": 64, "S": 16, "D": 8}
    contract = replace(TOY, released=(ReleasedShape("a", axes, "its config"),))

    chosen = replace(profiles()[profile], examples=1, largest=1)
    report = conformance.check(
        Operator(contract, {}), append, profile=chosen, seed=1, checks=["sizes"]
    )
    lines = [line for lines in report["sizes"].left_out.values() for line in lines]
    assert report["sizes"].cases >= 1 and not any("H=64" in line for line in lines)


def with_shapes(*shapes) -> Contract:
    return replace(ROUTING.contract, released=shapes)


@pytest.mark.parametrize(
    ("shape", "problem"),
    [
        ({"E": 8, "K": 9}, "K <= E"),
        ({"E": 4}, "K <= E"),
        ({"E": 2048, "K": 8}, "E = 2048 is outside the limits"),
        ({"E": 0, "K": 0}, "is outside the limits"),
        ({"X": 8}, "unknown axes ['X']"),
        ({"E": (8,), "K": 2}, "E = (8,) is outside the limits"),
        ({}, "names no axis"),
    ],
)
def test_a_shape_that_no_call_can_have_is_a_mistake(shape, problem):
    with pytest.raises(ContractMistake) as mistake:
        validate(with_shapes(ReleasedShape("some/model", shape, "its config")))
    text = str(mistake.value)
    assert "contract gemma4_routing, released shape some/model" in text and problem in text


@pytest.mark.parametrize(
    "fields",
    [("m", {"E": 8}, ""), ("", {"E": 8}, "s"), ("m", {"E": "8"}, "s"), ("m", [("E", 8)], "s")],
)
def test_a_shape_without_a_source_or_with_other_types_is_a_mistake(fields):
    with pytest.raises(ContractMistake, match="released shape"):
        ReleasedShape(*fields)


def test_shapes_are_described_with_their_models_and_sources():
    lines = released_lines(
        with_shapes(
            ReleasedShape("a/one", {"E": 8, "K": 2}, "its config"),
            ReleasedShape("b/two", {"E": 8, "K": 2}, "a table"),
        )
    )
    assert lines == ["E=8, K=2: a/one [1], b/two [2]", "[1] its config", "[2] a table"]
