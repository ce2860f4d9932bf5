"""Calls of attention that no scene draws, answered by reference and oracle alike."""

import pytest
import torch
from conformance_kernels.rbln_attention.contract import OPERATORS
from conformance_kernels.rbln_attention.table import KINDS

from conformance.inputs.scenes import NEW
from conformance.inputs.usual import usual_case, with_dtypes, with_tensor

from .asked import arguments_of
from .test_attention import compare, sizes_of

SINKS = [name for name, kind in KINDS.items() if kind.sinks or kind.may_have_sinks]
WINDOWS = [name for name, kind in KINDS.items() if kind.window]


def call(name, *, given=()):
    contract = OPERATORS[name].contract
    case = usual_case(contract, "references", **sizes_of(contract))
    for argument in given:
        case = with_tensor(contract, case, argument)
    return arguments_of(contract, case), case.axes


@pytest.mark.parametrize("name", SINKS)
@pytest.mark.parametrize("sink", [500.0, -500.0])
def test_a_sink_may_take_all_weight_or_none(name, sink):
    arguments, axes = call(name, given=["sinks"])
    arguments["sinks"][:] = torch.tensor([sink, -1.0])
    compare(name, arguments, axes)


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("scale", [-400.0, 0.0, 400.0])
def test_one_key_may_take_all_weight(name, scale):
    arguments, axes = call(name)
    arguments["qk_scale"].fill_(scale)
    compare(name, arguments, axes)


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize("fewer", [0, 1])
def test_a_row_that_brings_no_token_leaves_its_own_block_alone(name, fewer):
    arguments, axes = call(name)
    arguments["cache_seq_len"].fill_(2)
    arguments["cache_offset"].fill_(2 - fewer)
    assert bool((arguments["block_table"] != 0).all())
    compare(name, arguments, axes)


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.masked])
@pytest.mark.parametrize("shown", [-1.0, 0.0, 2.0**-20, 0.5, 2.0])
def test_a_mask_shows_what_is_above_zero(name, shown):
    arguments, axes = call(name)
    arguments["mask"].masked_fill_(arguments["mask"] > 0, shown)
    compare(name, arguments, axes)


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_new_tokens_are_read_as_the_cache_holds_them(name, dtype):
    contract = OPERATORS[name].contract
    case = usual_case(contract, "references", **sizes_of(contract)).with_options(**{NEW: "any"})
    arguments = arguments_of(contract, with_dtypes(contract, case, kv_cache=dtype))
    assert arguments["key"].dtype is torch.float32
    assert not torch.equal(arguments["key"], arguments["key"].to(arguments["kv_cache"].dtype))
    compare(name, arguments, case.axes)
