"""Operators that come with the vendor's compiler, as an engine over the emulated one finds them."""

import pytest
import torch
from conformance_kernels.rbln_attention.in_engine import NAMESPACE, operator, schema
from conformance_kernels.rbln_attention.names import FAMILY

from conformance.generation.where import WHERE

from .cases import case
from .grid import CALLS

OF_THE_VENDOR = [each for each in CALLS if each.values[0] in FAMILY]


def blocks_first(name: str):
    """The operator on caches (NB, 2, ...), called with one of (2, NB, ...)."""
    inner = operator(name, blocks_first=True)

    def call(query, key, value, kv_cache, *others, **keywords):
        return inner(query, key, value, kv_cache.transpose(0, 1), *others, **keywords)

    return call


@pytest.mark.parametrize("layout", ["blocks first", "keys first"])
@pytest.mark.parametrize(("name", "options"), OF_THE_VENDOR)
def test_they_answer_as_the_contract_demands_in_either_layout(name, options, layout):
    function = blocks_first(name) if layout == "blocks first" else operator(name, False)
    case(name, **options).run({name: function})


@pytest.mark.parametrize("name", FAMILY)
def test_what_the_plugin_passes_fits_the_schema(name):
    asked = torch._C.parse_schema(f"{NAMESPACE}::{schema(name)}")
    names = [argument.name for argument in asked.arguments]
    assert names[:4] == ["query", "key", "value", "kv_cache"]
    assert ("attn_mask" in names) == (name == "sliding_window_attention_naive_decode")
    assert names[-4:] == ["sinks", "k_quantize_scale", "v_quantize_scale", "cache_dtype"]
    assert asked.arguments[3].alias_info.is_write


def test_each_call_is_counted():
    WHERE.clear()
    given = case("causal_attention_naive_decode")
    operator("causal_attention_naive_decode", False)(*given.arguments.values())
    assert [(each.name, each.count) for each in WHERE.calls()] == [
        (f"{NAMESPACE}.causal_attention_naive_decode", 1)
    ]


def test_indices_of_64_bits_are_converted():
    given = case("causal_attention_naive_decode")
    arguments = {**given.arguments, "seq_idx": given.arguments["seq_idx"].long()}
    output = operator("causal_attention_naive_decode", False)(*arguments.values())
    given.check_output(output)


def test_scales_of_a_cache_that_is_not_quantised_have_no_effect():
    name = "flash_causal_attention_naive_decode"
    given, scale = case(name), torch.tensor(3.0)
    output = operator(name, False)(*given.arguments.values(), None, scale, scale, None)
    given.check_output(output)


@pytest.mark.parametrize(
    "name, behind, missing",
    [
        ("sliding_window_attention_naive_decode", [torch.ones(1)], "attn_mask"),
        ("causal_attention_naive_prefill", [torch.ones(4, 1)], "sinks"),
        (
            "flash_causal_attention_naive_prefill",
            [None, torch.ones(()), torch.ones(()), torch.float8_e4m3fn],
            "k_quantize_scale",
        ),
    ],
)
def test_what_they_cannot_heed_is_refused(name, behind, missing):
    given = case(name)
    with pytest.raises(NotImplementedError, match=f"{name}: {missing} is not emulated"):
        operator(name, False)(*given.arguments.values(), *behind)
