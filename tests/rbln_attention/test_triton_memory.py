"""What indices must not make the kernels do where nobody can check them first."""

import pytest

pytest.importorskip("triton")

import torch
from conformance_kernels.rbln_attention.implementations import triton_paged, triton_window
from conformance_kernels.rbln_attention.implementations.triton_attention import KERNELS

from conformance.lockstep import lockstep

from .case import same_bits
from .cases import case


@pytest.fixture(autouse=True)
def _unchecked(monkeypatch):
    """As on a device, where indices are not read."""
    for check in ("check_paged", "check_paged_values"):
        monkeypatch.setattr(triton_paged, check, lambda call: None)
    for check in ("check_window", "check_window_values"):
        monkeypatch.setattr(triton_window, check, lambda call: None)


def _run(call):
    """Call with a cache of numbers; the output, and whether the cache was left alone."""
    cache = call.arguments["kv_cache"].nan_to_num_(0.5)
    before = cache.clone()
    with lockstep(poison=0xFF) as session:
        output = KERNELS[call.name](*call.arguments.values())
    assert not session.violations
    assert torch.isfinite(output).all()
    return output, same_bits(cache, before)


@pytest.mark.parametrize("block", [-1, -7, 100, 32767, 0])
@pytest.mark.parametrize(
    "name",
    [
        "flash_causal_attention_naive_decode",
        "flash_attention_naive_prefill",
        "sliding_window_attention_naive_decode",
    ],
)
def test_blocks_that_do_not_exist_are_neither_read_nor_written(name, block):
    call = case(name, index_dtype=torch.int16)
    call.arguments["block_table"].fill_(block)
    output, untouched = _run(call)
    assert untouched
    assert not output.any()


@pytest.mark.parametrize("start", [-1, -1000, 10, 12, 30000])
def test_positions_that_do_not_exist_are_neither_read_nor_written(start):
    call = case("flash_causal_attention_naive_decode", length=3, rows=1, absolute=True)
    call.arguments["seq_idx"].fill_(start)
    _, untouched = _run(call)
    # Of 12 slots, 10 and 11 exist, and so do 0 and 1 for a start of -1.
    assert untouched == (start not in (-1, 10))


@pytest.mark.parametrize(("held", "end"), [(-1, 0), (6, 7), (2, 4), (3, 30000), (-5, -4)])
def test_impossible_windows_are_padding(held, end):
    call = case("sliding_window_attention_naive_decode", rows=1, width=5, length=1)
    call.arguments["cache_seq_len"].fill_(held)
    call.arguments["cache_offset"].fill_(end)
    output, untouched = _run(call)
    assert untouched
    assert not output.any()


def test_values_that_no_query_sees_may_be_nan():
    call = case(
        "flash_attention_naive_prefill", length=4, starts=(5,), slots=40, mask="late", parts=2
    )
    cache, table = call.arguments["kv_cache"], call.arguments["block_table"]
    # Tokens 0 .. 4, which the mask hides from all.
    cache[:, table[0], :, :, :5] = torch.nan
    with lockstep() as session:
        call.check_output(KERNELS[call.name](*call.arguments.values()))
    assert not session.violations
