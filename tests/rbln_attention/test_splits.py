"""Programs share a sequence in the same way whether its sizes are numbers or symbols of a trace."""

import itertools
from types import SimpleNamespace

import pytest
import torch

pytest.importorskip("triton")

from conformance_kernels.rbln_attention.implementations import triton_splits
from conformance_kernels.rbln_attention.implementations.triton_splits import (
    merge_constants,
    split_constants,
    splits_of,
)
from conformance_kernels.rbln_attention.launch_shapes import LaunchShape, Processor
from torch._subclasses import FakeTensorMode
from torch.fx.experimental.symbolic_shapes import ShapeEnv

SHAPE = LaunchShape(16, 128, 4, 2, 1, 4096)
PROCESSORS = 132


@pytest.mark.parametrize(
    ("programs", "slots"), itertools.product([2, 8, 66, 131, 132, 2048], [64, 1024, 8192, 65536])
)
def test_symbols_share_as_numbers_do(programs, slots):
    known = splits_of(SHAPE, programs, slots, PROCESSORS)
    real = torch.empty(programs, slots, device="meta")
    with FakeTensorMode(shape_env=ShapeEnv()) as mode:
        traced = mode.from_tensor(real, static_shapes=False).shape
        assert not isinstance(traced[0], int)
        found = splits_of(SHAPE, traced[0], traced[1], PROCESSORS)
    assert (int(found.count), int(found.shares)) == (known.count, known.shares)


@pytest.mark.parametrize("slots", [16, 1024, 8192])
@pytest.mark.parametrize("programs", [1, 8, 14, 15, 64, 132, 4096])
def test_new_tokens_have_a_program_only_where_all_programs_run_at_once(programs, slots):
    splits = splits_of(SHAPE, programs, slots, PROCESSORS)
    apart = splits.shares > 1 and programs * (splits.shares + 1) <= PROCESSORS
    assert splits.count - splits.shares == int(apart)
    assert splits.few == (1 < splits.count <= 2 * PROCESSORS // programs)


def constants(monkeypatch, arch, programs, query):
    monkeypatch.setattr(
        triton_splits, "processor_of", lambda device: Processor("a GPU", arch, PROCESSORS)
    )
    call, splits = SimpleNamespace(query=query), splits_of(SHAPE, programs, 8192, PROCESSORS)
    return split_constants(call, splits), merge_constants(call, splits)


@pytest.mark.parametrize("arch", ["sm_90", "sm_100", "sm_120"])
def test_a_merge_begins_early_beside_few_programs(monkeypatch, arch):
    query = torch.empty(1)
    attends, merges = constants(monkeypatch, arch, 8, query)
    assert attends == {"SPLIT": True, "CHAINED": True}
    assert merges == {"CHAINED": True, "launch_pdl": True}
    attends, merges = constants(monkeypatch, arch, 1024, query)
    assert attends == {"SPLIT": True, "CHAINED": True} and merges == {"CHAINED": True}


def test_a_merge_that_is_traced_begins_as_launches_do(monkeypatch):
    with FakeTensorMode():
        query = torch.empty(1)
    assert constants(monkeypatch, "sm_90", 8, query)[1] == {"CHAINED": True}


@pytest.mark.parametrize("arch", ["sm_80", "sm_86", "gfx942", "xpu", "cpu"])
def test_devices_without_dependent_launches_have_none(monkeypatch, arch):
    attends, merges = constants(monkeypatch, arch, 8, torch.empty(1))
    assert not attends["CHAINED"] and merges == {"CHAINED": False}
