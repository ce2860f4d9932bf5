"""A view whose rows share memory is judged by what lies in its storage."""

import torch

from conformance.execution.cpu import LockstepCPU
from conformance.lockstep import lockstep

from .subjects import faulty


def first_row_as_all(base):
    return base[:1].expand(4, 10)


def copied(view, out, stride=10, columns=10):
    faulty.rows[(4,)](view, out, stride, columns, BLOCK=16)
    return out


def test_strides_of_the_kernels_own_reach_the_rows_that_lie_there():
    base, out = torch.arange(40.0).view(4, 10), torch.zeros(4, 10)
    with lockstep() as session:
        copied(first_row_as_all(base), out)
    assert session.violations == ()
    assert torch.equal(out, base * 2)


def test_a_view_that_starts_later_starts_at_its_own_element():
    base, out = torch.arange(50.0).view(5, 10), torch.zeros(4, 10)
    with lockstep() as session:
        copied(base[1:2].expand(4, 10), out)
    assert session.violations == ()
    assert torch.equal(out, base[1:] * 2)


def test_the_storage_is_the_limit():
    base, out = torch.arange(40.0).view(4, 10), torch.zeros(4, 10)
    with lockstep() as session:
        copied(base[1:2].expand(4, 10), out)
    (found,) = session.violations
    assert (found.kind, found.program, found.offset, found.count) == (
        "out-of-bounds read",
        (3, 0, 0),
        120,
        10,
    )


def test_guards_belong_to_no_element():
    storage, out = torch.full((80,), float("nan")), torch.zeros(4, 10)
    dense, row = storage[20:60].view(4, 10), storage[20:30].view(1, 10)

    def violations(argument, view):
        return LockstepCPU().call(lambda x: copied(view(x), out), [argument], poison=0).violations

    assert violations(dense, first_row_as_all) == ()
    (found,) = violations(row.expand(4, 10), lambda x: x)
    assert (found.kind, found.count) == ("out-of-bounds read", 30)
