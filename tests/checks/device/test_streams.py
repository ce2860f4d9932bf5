"""What shows when calls run beside each other, and what does not count."""

from dataclasses import replace

import torch

from conformance.contract import Axis, Budget, Contract, Output, Role, TensorArgument
from conformance.events.finding import Kind
from conformance.events.verdict import Verdict

from .asked import asked

CONTRACT = Contract(
    name="counter",
    summary="adds to what it holds",
    axes=(Axis("N", "numbers", usual=4, edges=(33, 257)),),
    arguments=(
        TensorArgument("x", ("N",), ("float32",), "what is added"),
        TensorArgument("total", ("N",), ("float32",), "what is held", Role.STATE),
    ),
    outputs=(Output("y", ("N",), "float32", "a copy", budget=Budget(1e-3, 0, source="a test")),),
    reference=lambda x, total: (x.double(), total + x.float()),
)


def add(x, total):
    total += x
    return x.clone()


def bench_of(scratch):
    """A right operator whose output is stretched by what is in scratch, within its budget."""

    def stretched(x, total):
        total += x
        scratch.copy_(x[:1].abs().clamp(max=1) * 1e-4 + 1)
        return x * scratch

    return stretched


def keeps_totals():
    kept = torch.empty(1024)

    def keeping(x, total):
        kept[: len(x)] = total
        total.copy_(kept[: len(x)] + x)
        return x.clone()

    return keeping


def test_each_call_has_a_state_of_its_own(device):
    assert asked("streams", CONTRACT, add, device).verdict is Verdict.PASS


def test_a_state_that_passes_through_shared_scratch_is_wrong(device):
    found = asked("streams", CONTRACT, keeps_totals(), device)
    assert found.verdict is Verdict.FAIL
    assert {f.finding.about for f in found.failures} == {"total"}
    assert asked("repetition", CONTRACT, keeps_totals(), device).verdict is Verdict.PASS


def test_other_bits_within_the_budget_count_where_the_contract_claims_determinism(device):
    claimed = replace(CONTRACT, deterministic=True)
    found = asked("streams", claimed, bench_of(torch.empty(1)), device)
    assert found.verdict is Verdict.FAIL
    assert {f.finding.kind for f in found.failures} == {Kind.NOT_REPEATABLE}
    assert asked("streams", CONTRACT, bench_of(torch.empty(1)), device).verdict is Verdict.PASS
    assert asked("repetition", claimed, bench_of(torch.empty(1)), device).verdict is Verdict.PASS


def test_an_exception_beside_others_is_a_finding(device):
    calls = []

    def crowded(x, total):
        calls.append(1)
        if len(calls) > 20:
            raise RuntimeError("too many")
        return add(x, total)

    found = asked("streams", CONTRACT, crowded, device)
    assert found.verdict is Verdict.FAIL
    assert found.failures[0].finding.message == (
        "raised instead of answering, in one of 32 calls on 4 streams"
    )


def test_what_is_wrong_alone_is_told_as_that(device):
    found = asked("streams", CONTRACT, lambda x, total: x * 2, device)
    assert found.verdict is Verdict.FAIL
    assert "streams" not in found.failures[0].finding.message
