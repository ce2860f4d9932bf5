"""An argument that an operator takes and ignores is found, whichever operator has it."""

from dataclasses import replace

import pytest
from conformance_kernels.rbln_attention.contract import OPERATORS
from conformance_kernels.rbln_attention.implementations.torch_attention import PLAIN
from conformance_kernels.rbln_attention.table import KINDS

import conformance
from conformance.events.verdict import Verdict
from conformance.policy.profiles import profiles

QUICK = replace(profiles()["quick"], shrink_seconds=0.2)
WITH_SINKS = [name for name, kind in KINDS.items() if kind.may_have_sinks]


def without_sinks(name):
    """The operator as it should be, but for sinks: as if none were given."""
    return lambda *values: PLAIN[name](*values[: len(KINDS[name].arguments)])


def refusing_sinks(name):
    def attention(*values):
        if any(value is not None for value in values[len(KINDS[name].arguments) :]):
            raise NotImplementedError("sinks are not supported")
        return PLAIN[name](*values)

    return attention


def test_windows_and_sequences_in_blocks_may_have_sinks():
    assert WITH_SINKS == [
        "flash_causal_attention_naive_prefill",
        "flash_causal_attention_naive_decode",
        "sliding_window_attention_naive_prefill",
        "sliding_window_attention_naive_decode",
    ]


@pytest.mark.parametrize("name", WITH_SINKS)
def test_sinks_that_are_ignored_are_found(name):
    report = conformance.check(
        OPERATORS[name], without_sinks(name), profile=QUICK, seed=1, checks=["variants"]
    )
    assert report["variants"].verdict is Verdict.FAIL


@pytest.mark.parametrize("name", WITH_SINKS)
def test_sinks_that_are_refused_are_right(name):
    report = conformance.check(
        OPERATORS[name], refusing_sinks(name), profile=QUICK, seed=1, checks=["variants"]
    )
    assert report["variants"].verdict is Verdict.PASS
