"""The Triton kernels agree with the oracle in lockstep, and break no rule of memory."""

import pytest

pytest.importorskip("triton")

from conformance_kernels.rbln_attention.triton_attention import KERNELS

from conformance.lockstep import lockstep

from .cases import FAMILY, WINDOWS, case
from .grid import CALLS


@pytest.mark.parametrize(("name", "options"), CALLS)
def test_the_kernels_are_right(name, options):
    call = case(name, **options)
    with lockstep(poison=0xFF) as session:
        call.run(KERNELS)
    assert not session.violations


@pytest.mark.parametrize("chunk", [1, 3])
@pytest.mark.parametrize("name", FAMILY)
def test_the_order_of_programs_does_not_matter(name, chunk):
    with lockstep(chunk=chunk, poison=0xFF) as session:
        case(name, length=5, size=40, **({} if name in WINDOWS else {"slots": 8})).run(KERNELS)
    assert not session.violations


@pytest.mark.parametrize("name", FAMILY)
def test_a_call_takes_few_launches(name):
    with lockstep() as session:
        case(name).run(KERNELS)
    assert session.launch_count == (3 if name in WINDOWS else 2)
