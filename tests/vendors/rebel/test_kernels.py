"""Launches: what reaches a kernel, what comes back, and what sessions collect."""

import pytest
import torch
from rebel import triton
from rebel.triton import language as tl
from rebel.triton.language.extra.rbln import libdevice as rblib
from torch._subclasses import FakeTensorMode

from conformance.vendors.rebel import UnsupportedFeature, rebel_session

from .kernels import scale, values


def test_warmup_runs_the_kernel():
    target = torch.empty(2, 4)
    kernel = scale.warmup(values(2, 4), target, 3.0, 2, 4, grid=(1,), host_layout="1:2:3")
    assert torch.equal(target, values(2, 4) * 3)
    assert rblib.write_rtosa(kernel, ()) is None
    with pytest.raises(TypeError, match="what warmup returned"):
        rblib.write_rtosa("kernel", ())


def test_tensors_of_rank_0_arrive_as_values():
    target = torch.empty(2, 4)
    scale.warmup(values(2, 4), target, torch.tensor(0.5), 2, 4)
    assert torch.equal(target, values(2, 4) * 0.5)


def test_kernels_see_dense_tensors_and_write_through_them():
    storage = torch.full((5, 4, 3), -1.0)
    source, target = values(4, 2).T, storage[1:3, :, 1]
    with rebel_session() as session:
        scale.warmup(source, target, 2.0, 2, 4)
    assert session.violations == ()
    assert torch.equal(target, source * 2)
    assert storage.sum() == target.sum() - (storage.numel() - target.numel())


def test_what_is_only_read_is_not_written_back():
    expanded, target = torch.tensor([[1.0], [2.0]]).expand(2, 4), torch.empty(2, 4)
    scale.warmup(expanded, target, 2.0, 2, 4)  # copying into an expanded tensor would raise
    assert torch.equal(target, expanded * 2)


def test_a_copy_that_the_wrapper_made_stays_a_copy():
    cache = torch.zeros(2, 4, dtype=torch.bfloat16)
    scale.warmup(values(2, 4), cache.to(torch.float32), 2.0, 2, 4)
    assert cache.eq(0).all()


def test_leaves_that_require_grad_may_be_written():
    target = torch.zeros(2, 4, requires_grad=True)
    scale.warmup(values(2, 4), target, 2.0, 2, 4)
    assert target.detach().sum() == values(2, 4).sum() * 2


def test_traced_tensors_run_nothing():
    with FakeTensorMode(), rebel_session() as session:
        scale.warmup(torch.empty(2, 4), torch.empty(2, 4), 2.0, 2, 4)
    meta = torch.empty(2, 4, device="meta")
    scale.warmup(meta, meta, 2.0, 2, 4)
    assert session.launch_count == 0


def test_kernels_call_kernels():
    @triton.jit
    def twice(source, target):
        scale(source, target, 2.0, 2, 4)

    target = torch.empty(2, 4)
    twice.warmup(values(2, 4), target)
    assert torch.equal(target, values(2, 4) * 2)


def test_sessions_count_launches_by_kernel():
    with rebel_session() as session:
        for _ in range(3):
            scale.warmup(values(2, 4), torch.empty(2, 4), 1.0, 2, 4)
    assert session.kernels == {"scale": 3} and session.launch_count == 3
    scale.warmup(values(2, 4), torch.empty(2, 4), 1.0, 2, 4)
    assert session.launch_count == 3, "a closed session hears nothing"


def test_violations_before_an_exception_are_kept():
    @triton.jit
    def broken(x):
        tl.load(tl.make_block_ptr(x, (2,), (1,), (1,), (2,), (0,)))
        tl.static_assert(False)

    with rebel_session() as session, pytest.raises(AssertionError):
        broken.warmup(values(2))
    assert len(session.violations) == 1 and session.launch_count == 1


def test_sessions_do_not_nest():
    with rebel_session(), pytest.raises(RuntimeError, match="do not nest"), rebel_session():
        pass
    with rebel_session():
        pass


def test_a_wrong_number_of_arguments_is_an_error():
    with pytest.raises(TypeError, match="too many positional arguments"):
        scale.warmup(values(2, 4), torch.empty(2, 4), 1.0, 2, 4, 5)


def test_what_launches_differently_is_refused():
    with pytest.raises(UnsupportedFeature, match="a grid of more than one program"):
        scale.warmup(values(2, 4), torch.empty(2, 4), 1.0, 2, 4, grid=(2,))
    with pytest.raises(UnsupportedFeature, match=r"kernel\[grid\]"):
        scale[(1,)](values(2, 4), torch.empty(2, 4), 1.0, 2, 4)
    with pytest.raises(UnsupportedFeature, match="jit with num_warps"):
        triton.jit(num_warps=4)


def test_helpers_of_the_host():
    assert (triton.cdiv(7, 2), triton.next_power_of_2(5)) == (4, 8)
