"""Wrong calls are refused by every implementation, with what was got and what is wanted."""

import pytest
import torch
from conformance_kernels.rbln_attention.implementations.torch_attention import PLAIN

from .case import same_bits
from .cases import case

PAGED = "flash_attention_naive_decode"
WINDOW = "sliding_window_attention_naive_decode"
PREFILL = "flash_causal_attention_naive_prefill"


def kernels():
    pytest.importorskip("triton")
    from conformance_kernels.rbln_attention.implementations.triton_attention import KERNELS

    return KERNELS


WRONG = [
    (PAGED, "query", lambda t: t.double(), TypeError, "query: got dtype float64, want one of"),
    (PAGED, "key", lambda t: t.half(), TypeError, "key: got dtype float16, want float32"),
    (PAGED, "value", lambda t: t[..., :-1], ValueError, "value: got shape"),
    (PAGED, "kv_cache", lambda t: t.double(), TypeError, "kv_cache: got dtype float64"),
    (PAGED, "kv_cache", lambda t: t[:1], ValueError, r"kv_cache: got shape .*, want \(2, "),
    (PAGED, "kv_cache", lambda t: t[:, :, :, 0], ValueError, "kv_cache: got shape .* six axes"),
    (PAGED, "mask", lambda t: t > 0, TypeError, "mask: got dtype bool"),
    (PAGED, "mask", lambda t: t[..., :-1], ValueError, "mask: got shape"),
    (PAGED, "qk_scale", lambda t: t[None], ValueError, r"qk_scale: got shape \(1,\), want \(\)"),
    (PAGED, "qk_scale", lambda t: 0.3, TypeError, "qk_scale: got float, want a torch.Tensor"),
    (PAGED, "seq_idx", lambda t: t.long(), TypeError, "seq_idx: got dtype int64"),
    (PAGED, "seq_idx", lambda t: t[:, :2], ValueError, "seq_idx: got shape"),
    (PAGED, "seq_idx", lambda t: t * 0 + 5, ValueError, "seq_idx: got rows that sum to 15..15"),
    (PAGED, "seq_idx", lambda t: t - 9, ValueError, "seq_idx: got rows that sum to -"),
    (PAGED, "block_table", lambda t: t.long(), TypeError, "block_table: got dtype int64"),
    (PAGED, "block_table", lambda t: t[0], ValueError, "block_table: got shape"),
    (PAGED, "block_table", lambda t: t + 9, ValueError, "block_table: got blocks .*, want 0..9"),
    (PAGED, "block_table", lambda t: -t, ValueError, "block_table: got blocks -"),
    (PAGED, "block_table", lambda t: t.to("meta"), ValueError, "block_table: got device meta"),
    (PREFILL, "block_table", lambda t: t[None], ValueError, "block_table: got shape"),
    ("attention_naive_decode", "block_table", lambda t: t.expand(-1, 2), ValueError, "block_table"),
    (WINDOW, "cache_seq_len", lambda t: t.long(), TypeError, "cache_seq_len: got dtype int64"),
    (WINDOW, "cache_offset", lambda t: t[:, 0], ValueError, "cache_offset: got shape"),
    (WINDOW, "cache_seq_len", lambda t: t * 0 + 6, ValueError, r"cache_seq_len: got 6..6, want 0"),
    (WINDOW, "cache_offset", lambda t: t + 1, ValueError, "cache_offset: got cache_seq_len"),
    (WINDOW, "block_table", lambda t: t.expand(-1, 2), ValueError, "block_table: got shape"),
]


@pytest.mark.parametrize("implementation", ["torch", "triton"])
@pytest.mark.parametrize(
    ("name", "argument", "change", "error", "message"),
    WRONG,
    ids=[f"{number}-{each[1]}" for number, each in enumerate(WRONG)],
)
def test_wrong_calls_are_refused(implementation, name, argument, change, error, message):
    functions = PLAIN if implementation == "torch" else kernels()
    call = case(name, real=(1, 1)) if name == WINDOW else case(name)
    cache, before = call.arguments["kv_cache"], call.arguments["kv_cache"].clone()
    call.arguments[argument] = change(call.arguments[argument])
    with pytest.raises(error, match=message):
        functions[name](*call.arguments.values())
    assert same_bits(cache, before)


def test_a_prefill_is_of_one_row():
    call = case("flash_attention_naive_decode")
    with pytest.raises(ValueError, match="query: got 2 rows, want 1 in prefill"):
        PLAIN["flash_attention_naive_prefill"](*call.arguments.values())


def test_sinks_are_one_line_for_each_head():
    call = case(PREFILL, sinks=2)
    with pytest.raises(ValueError, match=r"sinks: got shape \(2, 4\), want \(4, sinks\)"):
        PLAIN[PREFILL](*call.arguments.values(), sinks=call.keywords["sinks"].t())


def test_what_is_ignored_may_be_anything():
    call = case(PREFILL)
    call.arguments["dummy0"] = torch.empty(0, dtype=torch.bool, device="meta")
    call.check_output(PLAIN[PREFILL](*call.arguments.values()))
    call.check_cache()


def test_operators_with_sinks_take_them_last():
    call = case(PREFILL, sinks=1)
    tensors = [each for name, each in call.arguments.items() if name != "dummy0"]
    name = "flash_causal_attention_sinks_prefill"
    call.check_output(PLAIN[name](*tensors, call.keywords["sinks"]))
    call.check_cache()
