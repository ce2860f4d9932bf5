"""What a launch takes for a pointer, and which memory it leads to."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
import triton
import triton.language as tl
from torch._subclasses.fake_tensor import FakeTensorMode

from conformance.lockstep import lockstep
from conformance.memory.violation import OUT_OF_BOUNDS_READ, OUT_OF_BOUNDS_WRITE


@triton.jit
def double(x_ptr, n, BLOCK: tl.constexpr):
    place = tl.arange(0, BLOCK)
    tl.store(x_ptr + place, tl.load(x_ptr + place, mask=place < n) * 2, mask=place < n)


@triton.jit
def first_of_pair(pair, n, BLOCK: tl.constexpr):
    double(pair[0], n, BLOCK)


class Wrapped:
    """What engines wrap their tensors in: Triton asks such objects for an address and a dtype."""

    def __init__(self, tensor, dtype=None, skipped=0):
        self.tensor, self.dtype, self.skipped = tensor, dtype or tensor.dtype, skipped

    def data_ptr(self):
        return self.tensor.data_ptr() + self.skipped


@pytest.mark.parametrize(
    ("wrap", "bits"),
    [
        (Wrapped, torch.int32),
        (lambda x: Wrapped(x, tl.int32), torch.int32),
        (lambda x: Wrapped(x, "int32"), torch.int32),
        (lambda x: Wrapped(x.view(torch.uint8), torch.int32), torch.int32),
        (lambda x: Wrapped(x, tl.int16), torch.int16),
        (lambda x: Wrapped(x.view(2, 2).t(), torch.int32), torch.int32),
        (lambda x: Wrapped(Wrapped(x)), torch.int32),
        (lambda x: triton.TensorWrapper(x, torch.int16), torch.int16),
        (lambda x: triton.reinterpret(x, tl.int16), torch.int16),
        (lambda x: triton.reinterpret(triton.reinterpret(x, tl.int8), tl.int16), torch.int16),
    ],
)
def test_objects_with_an_address_and_a_dtype_are_pointers(wrap, bits):
    x = torch.arange(4, dtype=torch.int32)
    wanted = x.clone().view(bits).mul_(2).view(torch.int32)
    n = len(x.view(bits))
    with lockstep() as session:
        double[(1,)](wrap(x), n, BLOCK=8)
        assert torch.equal(x, wanted)
        double[(1,)](wrap(x), n + 1, BLOCK=16)
    assert {(found.kind, found.count, found.argument) for found in session.violations} == {
        (OUT_OF_BOUNDS_READ, 1, "x_ptr"),
        (OUT_OF_BOUNDS_WRITE, 1, "x_ptr"),
    }


def test_an_address_inside_a_tensor_reaches_the_rest_of_it():
    x = torch.arange(4.0)
    with lockstep() as session:
        double[(1,)](Wrapped(x, skipped=4), 3, BLOCK=4)
    assert x.tolist() == [0, 2, 4, 6] and session.violations == ()


def test_tuples_hold_such_objects():
    x = torch.arange(4.0)
    with lockstep() as session:
        first_of_pair[(1,)]((Wrapped(x), 3), 4, BLOCK=4)
    assert x.tolist() == [0, 2, 4, 6] and session.violations == ()


@pytest.mark.parametrize("address", [0, 64, 1 << 40, 2**63])
def test_an_address_that_belongs_to_no_tensor_is_reported_and_not_touched(address):
    unknown = SimpleNamespace(data_ptr=lambda: address, dtype=torch.float32)
    with lockstep() as session:
        double[(1,)](unknown, 0, BLOCK=4)
        assert session.violations == ()
        double[(1,)](unknown, 3, BLOCK=4)
    kinds = [(found.kind, found.argument, found.count) for found in session.violations]
    assert kinds == [(OUT_OF_BOUNDS_READ, "x_ptr", 3), (OUT_OF_BOUNDS_WRITE, "x_ptr", 3)]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (SimpleNamespace(data_ptr=lambda: 0), "'x_ptr': SimpleNamespace has data_ptr.* no dtype"),
        (Wrapped(torch.ones(2), torch.complex64), "'x_ptr': Triton has no pointers to .*complex64"),
        (Wrapped(torch.ones(2), "float33"), "'x_ptr': Triton has no pointers to float33"),
        (torch.ones(2, dtype=torch.complex64), "'x_ptr': Triton has no pointers to .*complex64"),
        (torch.ones(2, device="meta"), "'x_ptr': a torch.strided tensor on meta has no memory"),
        (torch.ones(2).to_sparse(), "'x_ptr': a torch.sparse_coo tensor on cpu has no memory"),
        (FakeTensorMode().from_tensor(torch.ones(2)), "'x_ptr': a FakeTensor on cpu has no memory"),
    ],
)
def test_what_has_no_memory_is_refused(value, message):
    with pytest.raises(TypeError, match=message), lockstep():
        double[(1,)](value, 2, BLOCK=4)


def test_an_integer_is_no_pointer():
    x = torch.ones(4)
    with pytest.raises(Exception, match="Unsupported ptr type"), lockstep():
        double[(1,)](x.data_ptr(), 4, BLOCK=4)
    assert x.tolist() == [1.0] * 4
