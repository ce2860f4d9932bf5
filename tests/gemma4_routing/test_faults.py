"""Planted faults are right where they are not wrong, and refuse wrong arguments."""

import pytest
import torch
from conformance_kernels.gemma4_routing.faults import FAULTS

from .cases import check_result

IN_TORCH = [fault for fault in FAULTS.values() if fault.caught_by not in ("bounds", "builds")]

# All checks of the suite; each has to be able to fail.
CHECKS = {
    "values", "ties", "special", "sizes", "dtypes", "layout", "bounds", "poison", "purity",
    "reuse", "repetition", "arguments", "builds",
}  # fmt: skip


def test_every_check_has_a_fault():
    assert {fault.caught_by for fault in FAULTS.values()} == CHECKS
    assert all(name == fault.id for name, fault in FAULTS.items())


@pytest.mark.parametrize("fault", IN_TORCH, ids=lambda fault: fault.id)
def test_faults_are_narrow(fault, monkeypatch):
    # Fresh memory is clean here: what it holds is the business of one check only.
    monkeypatch.setattr(torch, "empty_like", torch.zeros_like)
    route = fault.make()
    gating, scale = torch.randn(33, 128), torch.randn(128)
    check_result(gating, 8, scale, *route(gating, 8, scale))
    check_result(gating[:0], 8, scale, *route(gating[:0], 8, scale))


@pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: fault.id)
def test_faults_refuse_wrong_arguments_but_for_one(fault):
    refused = []
    for topk, scale in ((5, torch.ones(4)), (0, torch.ones(4)), (2, torch.ones(3))):
        try:
            fault.make()(torch.zeros(3, 4), topk, scale)
            refused.append(False)
        except ValueError:
            refused.append(True)
    assert set(refused) == {fault.caught_by != "arguments"}


WRONG = {
    "values-probabilities": (torch.rand(8, 16) + 0.5, 4, torch.ones(16)),
    "ties-equal-row": (torch.ones(2, 8), 4, torch.ones(8)),
    "special-nan": (torch.full((32, 128), torch.nan).half(), 4, torch.ones(128)),
    "sizes-second-half": (torch.randn(33, 1024), 8, torch.ones(1024)),
    "dtypes-upper-byte": (
        1 + torch.rand(33, 128).argsort(1).half() / 1024, 8, torch.ones(128).bfloat16(),
    ),
    "layout-row-pitch": (torch.randn(8, 20)[:, :16], 4, torch.ones(16)),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_faults_are_wrong_where_they_say(name):
    with pytest.raises(AssertionError):
        check_result(*WRONG[name], *FAULTS[name].make()(*WRONG[name]))


@pytest.mark.parametrize("name", ["bounds-read", "bounds-write", "builds-count"])
def test_the_faults_in_kernels_answer_rightly_all_the_same(name):
    lockstep = pytest.importorskip("conformance.lockstep").lockstep
    gating, scale = torch.randn(33, 128), torch.randn(128)
    with lockstep() as session:
        result = FAULTS[name].make()(gating, 8, scale)
    check_result(gating, 8, scale, *result)
    assert bool(session.violations) == name.startswith("bounds")


def test_the_impure_fault_writes_its_input():
    gating = torch.tensor([[torch.nan, 1.0]])
    FAULTS["purity-nan"].make()(gating, 1, torch.ones(2))
    assert not gating.isnan().any()


def test_the_caching_fault_misses_new_contents():
    route, gating, scale = FAULTS["reuse-scale"].make(), torch.zeros(1, 1), torch.ones(1)
    assert route(gating, 1, scale)[0].item() == 1
    assert route(gating, 1, scale.mul_(3))[0].item() == 1
    assert route(gating, 1, scale.clone())[0].item() == 3


def test_the_stateful_fault_is_wrong_in_every_third_call():
    route, gating, scale = FAULTS["repetition-third-call"].make(), torch.zeros(1, 1), torch.ones(1)
    assert [route(gating, 1, scale)[0].item() for _ in range(6)] == [1, 1, 2, 1, 1, 2]
    assert [route(gating, 1, scale.clone())[0].item() for _ in range(4)] == [1] * 4


def test_the_uncleared_fault_depends_on_fresh_memory(monkeypatch):
    monkeypatch.setattr(torch, "empty_like", torch.ones_like)
    assert FAULTS["poison-denominator"].make()(torch.zeros(1, 1), 1, torch.ones(1))[0].item() == 0.5
