"""A launch that may begin before the one before it has ended waits before it touches its memory."""

import pytest
import torch
import triton
import triton.language as tl
from triton.language.extra.cuda import gdc_launch_dependents, gdc_wait

from conformance.lockstep import lockstep
from conformance.memory.violation import EARLY_READ, EARLY_WRITE


@triton.jit
def doubles(x, partial, BLOCK: tl.constexpr):
    at = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(partial + at, tl.load(x + at) * 2)
    gdc_launch_dependents()


@triton.jit
def merges(x, partial, y, n, WAITS: tl.constexpr, AHEAD: tl.constexpr, BLOCK: tl.constexpr):
    at = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    own = tl.load(x + at)  # written by nobody
    if AHEAD:
        own += tl.load(partial + at + n, mask=at < 1, other=0.0)
    if WAITS:
        gdc_wait()
    tl.store(y + at, own + tl.load(partial + at))


@triton.jit
def overwrites(partial, WAITS: tl.constexpr, BLOCK: tl.constexpr):
    if WAITS:
        gdc_wait()
    tl.store(partial + tl.arange(0, BLOCK), 0.0)


@triton.jit
def waits_in_a_branch(partial, y, n, BLOCK: tl.constexpr):
    at = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    if tl.program_id(0) < n:
        gdc_wait()
    tl.store(y + at, tl.load(partial + at))


def merged(programs=4, between=None, waits=True, ahead=False, **options):
    x, n = torch.arange(programs * 8.0), programs * 8
    with lockstep() as session:
        partial = torch.empty(n)
        doubles[(programs,)](x, partial, BLOCK=8)
        if between is not None:
            between(partial)
        y = torch.empty(n)
        merges[(programs,)](x, partial.view(-1), y, 0, waits, ahead, BLOCK=8, **options)
    assert torch.equal(y[1:], 3 * x[1:])
    return [(each.kind, each.argument) for each in session.violations]


@pytest.mark.parametrize("programs", [1, 4])
def test_a_program_that_waits_is_right(programs):
    assert merged(programs, launch_pdl=True) == []


@pytest.mark.parametrize("programs", [1, 4])
def test_a_program_that_does_not_wait_is_found(programs):
    assert merged(programs, waits=False, launch_pdl=True) == [(EARLY_READ, "partial")]


def test_what_is_read_before_the_wait_is_found():
    assert merged(ahead=True, launch_pdl=True) == [(EARLY_READ, "partial")]


@pytest.mark.parametrize("options", [{}, {"launch_pdl": False}])
def test_other_launches_begin_when_the_one_before_has_ended(options):
    assert merged(waits=False, **options) == []


def test_what_comes_between_is_waited_for():
    assert merged(waits=False, between=lambda partial: partial.add_(0.0), launch_pdl=True) == []


def test_a_view_comes_between_nothing():
    found = merged(waits=False, between=lambda partial: partial[2:].view(-1), launch_pdl=True)
    assert found == [(EARLY_READ, "partial")]


@pytest.mark.parametrize(("waits", "kinds"), [(True, []), (False, [EARLY_WRITE])])
def test_what_is_overwritten_before_the_wait_is_found(waits, kinds):
    with lockstep() as session:
        partial = torch.empty(32)
        doubles[(4,)](torch.arange(32.0), partial, BLOCK=8)
        overwrites[(1,)](partial, waits, BLOCK=8, launch_pdl=True)
    assert [each.kind for each in session.violations] == kinds


def test_each_program_waits_for_itself():
    with lockstep() as session:
        partial, y = torch.empty(32), torch.empty(32)
        doubles[(4,)](torch.arange(32.0), partial, BLOCK=8)
        waits_in_a_branch[(4,)](partial, y, 2, BLOCK=8, launch_pdl=True)
    (found,) = session.violations
    assert (found.kind, found.program, found.count, found.offset) == (
        EARLY_READ, (2, 0, 0), 16, 64
    )  # fmt: skip
