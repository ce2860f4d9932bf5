"""What is the same inside of `torch.compile`, and what need not be."""

from dataclasses import replace

import pytest
import torch

from conformance.contract import Axis, Budget, Contract, Output, TensorArgument
from conformance.events.verdict import Verdict
from conformance.execution.raised import Raised
from conformance.execution.ways.names import Way

from .asked import PROFILE, asked

CONTRACT = Contract(
    name="copy",
    summary="copies",
    axes=(Axis("N", "numbers", usual=4, edges=(1, 33, 257)),),
    arguments=(TensorArgument("x", ("N",), ("float32",), "what is copied"),),
    outputs=(Output("y", ("N",), "float32", "a copy", budget=Budget(1e-4, 0, source="a test")),),
    reference=lambda x: x,
)


@torch.library.custom_op("conformance_tests::stretched", mutates_args=())
def stretched(x: torch.Tensor, by: float) -> torch.Tensor:
    return x * by


@stretched.register_fake
def _(x, by):
    return torch.empty_like(x)


def by_operator(x):
    return stretched(x, 1.00001 if torch.compiler.is_compiling() else 1.0)


def by_torch(x):
    return x * 1.00001 if torch.compiler.is_compiling() else x.clone()


def built_in(x):
    """At the size that it was traced with."""
    if torch.compiler.is_compiling():
        return torch.cat([x[:4], torch.zeros_like(x[4:])])
    return x.clone()


def waiting(x):
    return x.clone() if x.sum().item() > 0 else x + 0


def test_other_bits_are_found_where_torch_computes_nothing(device):
    found = asked("torch_compiled", CONTRACT, by_operator, device)
    assert found.verdict is Verdict.FAIL
    assert found.failures[0].finding.message == (
        "has other bits than the plain call, inside of torch.compile"
    )


def test_arithmetic_of_torch_may_be_rounded_otherwise(device):
    assert asked("torch_compiled", CONTRACT, by_torch, device).verdict is Verdict.PASS


def test_another_size_is_called_through_the_same_compiled_function(device):
    found = asked("torch_compiled", CONTRACT, built_in, device)
    assert found.verdict is Verdict.FAIL
    assert "inside of torch.compile, called again with N=" in found.failures[0].finding.message


def test_what_breaks_the_graph_is_told(device):
    found = asked("torch_compiled", CONTRACT, waiting, device)
    assert found.verdict is Verdict.PASS
    assert found.reason.startswith("torch compiles it in pieces: ")


@pytest.fixture
def raising(device, monkeypatch):
    """Lets every compiled call raise, and the device say why nothing can be compiled."""
    call = device.ways.call

    def let(unavailable):
        def raises(way, *more):
            raised = Raised("InductorError", "no compiler", "")
            told = {"unavailable": unavailable}
            return replace(call(Way.INSPECTED, *more), raised=raised, told=told)

        monkeypatch.setattr(device.ways, "call", raises)

    return let


def test_an_exception_that_the_plain_call_does_not_raise_is_found(device, raising):
    raising("")
    found = asked("torch_compiled", CONTRACT, lambda x: x.clone(), device)
    assert found.verdict is Verdict.FAIL
    assert found.failures[0].finding.message == (
        "raises, where the plain call answers, inside of torch.compile"
    )


def test_where_torch_compiles_nothing_that_is_the_reason(device, raising):
    raising("no C compiler")
    found = asked("torch_compiled", CONTRACT, lambda x: x.clone(), device)
    assert (found.verdict, found.reason) == (
        Verdict.UNSUPPORTED, "torch compiles nothing here: no C compiler",
    )  # fmt: skip


@pytest.mark.parametrize(("binaries", "ways"), [("none", 1), ("some", 2)])
def test_code_is_generated_where_the_profile_has_time_for_it(device, monkeypatch, binaries, ways):
    asked_ways, call = [], device.ways.call

    def noted(way, *more):
        asked_ways.append(way)
        return call(Way.TRACED if way is Way.COMPILED else way, *more)

    monkeypatch.setattr(device.ways, "call", noted)
    profile = replace(PROFILE, binaries=binaries)
    found = asked("torch_compiled", CONTRACT, lambda x: x.clone(), device, profile)
    assert found.verdict is Verdict.PASS
    anew = [way for way in asked_ways if way is not Way.AGAIN]
    assert anew == [Way.TRACED, Way.COMPILED][:ways]
