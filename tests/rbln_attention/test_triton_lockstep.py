"""The Triton kernels agree with the oracle in lockstep, and break no rule of memory."""

import pytest
import torch

pytest.importorskip("triton")

from conformance_kernels.rbln_attention.implementations.triton_attention import KERNELS

from conformance.lockstep import lockstep

from .cases import FAMILY, WINDOWS, case
from .grid import CALLS, CAUSAL_DECODE
from .oracle import attend, check


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
    assert 1 <= session.launch_count <= 2


def test_small_weights_keep_their_bits_in_float16():
    """One weight is close to 1 and that of a zero; the others are denormal in float16."""
    call = case(
        CAUSAL_DECODE, rows=1, heads=1, groups=1, length=1, size=1, slots=8, parts=1, starts=(7,),
        dtype=torch.float16, scale=1.0,
    )  # fmt: skip
    arguments, block = call.arguments, int(call.arguments["block_table"][0, 0])
    arguments["query"].fill_(1.0)
    arguments["key"].fill_(0.0)
    arguments["value"].fill_(0.0)
    arguments["kv_cache"][0, block], arguments["kv_cache"][1, block] = -14.3, 1.0
    with lockstep():
        output = KERNELS[call.name](*arguments.values())
    states = arguments["kv_cache"][:, block, 0, 0]
    wanted = attend(
        torch.ones(1), list(zip(states[0], states[1], strict=True)), [True] * 8, scale=1.0
    )
    check(output[0, 0, 0, 0], wanted)
