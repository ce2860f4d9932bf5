"""The second launch of a call, which may begin early on a GPU, waits before it touches anything."""

import pytest
import torch
from conformance_kernels.rbln_attention.implementations import (
    triton_paged,
    triton_plans,
    triton_splits,
    triton_window,
)
from conformance_kernels.rbln_attention.implementations.triton_attention import KERNELS
from conformance_kernels.rbln_attention.launch_shapes import Processor

from conformance.lockstep import lockstep
from conformance.memory.violation import EARLY_READ

from .cases import case

CALLS = {
    "flash_causal_attention_naive_decode": {"slots": 128, "parts": 3},
    "attention_naive_decode": {"slots": 256},
    "sliding_window_attention_naive_decode": {"width": 256},
}


def called(name):
    """What broke a rule, and the launches that may begin early."""
    early = []

    def heard(kernel, arguments, keywords, others):
        if keywords.get("launch_pdl"):
            early.append(kernel.fn.__name__)

    call = case(name, heads=1, groups=2, length=1, size=64, dtype=torch.bfloat16, **CALLS[name])
    with lockstep(poison=0xFF, heard=heard) as session:
        call.run(KERNELS)
    return [(each.kind, each.kernel.rpartition(".")[2]) for each in session.violations], early


@pytest.fixture
def hopper(monkeypatch):
    """Kernels are launched as on an H200, as nobody launched them before."""
    monkeypatch.setattr(triton_plans, "_plans", {})
    gpu = Processor("NVIDIA H200", "sm_90", 132)
    for module in (triton_paged, triton_splits, triton_window):
        monkeypatch.setattr(module, "processor_of", lambda device: gpu)


@pytest.mark.parametrize("name", CALLS)
def test_a_launch_that_begins_early_waits(hopper, name):
    found, early = called(name)
    assert (found, len(early)) == ([], 1)


@pytest.mark.parametrize("name", CALLS)
def test_one_that_does_not_wait_is_found(hopper, monkeypatch, name):
    constants = {"CHAINED": False, "launch_pdl": True}
    for module in (triton_paged, triton_window):
        monkeypatch.setattr(module, "merge_constants", lambda call, splits: constants)
    found, early = called(name)
    assert (EARLY_READ, early[0]) in found
