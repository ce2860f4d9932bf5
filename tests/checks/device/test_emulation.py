"""What differs between a device and lockstep is a finding, or is explained."""

from dataclasses import replace

import pytest
import torch
from conformance_kernels.gemma4_routing.contract import OPERATOR
from conformance_kernels.gemma4_routing.triton_route import route_triton

from conformance.events.verdict import Verdict
from conformance.execution.ways.names import Way

from .asked import asked


@pytest.fixture
def one_ulp_up(device):
    """A route whose weights are one number larger where they are compiled."""

    def route(gating, topk, per_expert_scale):
        weights, ids = route_triton(gating, topk, per_expert_scale)
        return (torch.nextafter(weights, weights + 1) if device.compiled else weights), ids

    return route


def inspected(device, monkeypatch, **told):
    """Let the device say this of the instructions of kernels."""
    call = device.ways.call

    def tell(way, function, arguments, poison):
        outcome = call(way, function, arguments, poison)
        return replace(outcome, told=told) if way is Way.INSPECTED else outcome

    monkeypatch.setattr(device.ways, "call", tell)


def test_a_difference_that_instructions_explain_is_told_with_the_verdict(
    device, one_ulp_up, monkeypatch
):
    inspected(device, monkeypatch, kernels=1, reasons={"ex2.approx": 8, "division": 1})
    found = asked("emulation", OPERATOR.contract, one_ulp_up, device)
    assert found.verdict is Verdict.PASS
    assert found.reason == ("weights differs from lockstep by at most 1 ulp (ex2.approx, division)")


@pytest.mark.parametrize("reasons", [{}, {"denormals are flushed": 3}])
def test_a_difference_that_no_instruction_explains_is_a_finding(
    device, one_ulp_up, monkeypatch, reasons
):
    inspected(device, monkeypatch, kernels=1, reasons=reasons)
    found = asked("emulation", OPERATOR.contract, one_ulp_up, device)
    assert found.verdict is Verdict.FAIL
    finding = found.failures[0].finding
    assert (finding.about, finding.cause) == ("weights", "unexplained")
    assert finding.message.endswith("others than in lockstep, and no instruction explains it")


def test_where_the_code_was_not_seen_nothing_is_held_against_a_float(device, one_ulp_up):
    found = asked("emulation", OPERATOR.contract, one_ulp_up, device)
    assert found.verdict is Verdict.PASS
    assert found.reason.endswith("at most 1 ulp (the compiled code was not seen)")


def test_the_answer_in_lockstep_is_judged_as_well(device):
    def wrong_in_lockstep(gating, topk, per_expert_scale):
        weights, ids = route_triton(gating, topk, per_expert_scale)
        return (weights if device.compiled else weights * 2), ids

    found = asked("emulation", OPERATOR.contract, wrong_in_lockstep, device)
    assert found.verdict is Verdict.FAIL
    assert found.failures[0].finding.message.endswith(", in lockstep")
    assert asked("values", OPERATOR.contract, wrong_in_lockstep, device).verdict is Verdict.PASS
