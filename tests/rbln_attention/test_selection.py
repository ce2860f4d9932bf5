"""Custom kernels run where they were asked for, and every call tells that they did."""

import os
import sys
import warnings

import pytest
import torch
from conformance_kernels.rbln_attention.registration import selection
from conformance_kernels.rbln_attention.registration.selection import (
    CUSTOM,
    PLAIN_PATH,
    VARIABLE,
    select,
)

from .cases import case

PREFILL, DECODE = (f"flash_causal_attention_naive_{phase}" for phase in ("prefill", "decode"))


class Functions:
    """What a case runs: functions by name."""

    def __init__(self, selected):
        self.selected = selected

    def __getitem__(self, name):
        return self.selected.attention(name)


def calls(selected, *names):
    for name in names:
        case(name).run(Functions(selected))


@pytest.mark.parametrize("value", ["0", "false", "False", "FALSE"])
def test_documented_values_mean_the_plain_path(value):
    selected = select({VARIABLE: value})
    assert (selected.path, selected.custom) == (PLAIN_PATH, False)
    assert selected.reason == f"{VARIABLE}={value}"


@pytest.mark.parametrize("value", ["1", "true", "True", "TRUE"])
def test_documented_values_mean_custom_kernels(value):
    selected = select({VARIABLE: value})
    assert (selected.path, selected.custom) == (CUSTOM, True)
    assert selected.reason == f"{VARIABLE}={value}"


def test_the_plain_path_is_the_default():
    selected = select({})
    assert (selected.path, selected.reason) == (PLAIN_PATH, "default")


@pytest.mark.parametrize("value", ["", "yes", "2", "on", " 1"])
def test_other_values_are_refused(value):
    with pytest.raises(ValueError, match="want unset or one of 0, false, 1, true"):
        select({VARIABLE: value})


def test_the_environment_is_read_once(monkeypatch):
    monkeypatch.setenv(VARIABLE, "0")
    selected = select()
    monkeypatch.setenv(VARIABLE, "1")
    assert os.environ[VARIABLE] == "1" and not selected.custom
    assert select().custom
    calls(selected, DECODE)
    assert selected.calls == {(DECODE, PLAIN_PATH): 1}


def test_a_selection_stands():
    with pytest.raises(AttributeError):
        select({}).path = CUSTOM


def test_custom_kernels_are_seen_in_prefill_and_decode():
    pytest.importorskip("triton")
    from conformance.lockstep import lockstep

    selected = select({VARIABLE: "1"})
    with lockstep() as session:
        calls(selected, PREFILL, DECODE, DECODE)
    assert selected.calls == {(PREFILL, CUSTOM): 1, (DECODE, CUSTOM): 2}
    assert session.launch_count == 3


def test_the_plain_path_is_taken_even_where_kernels_run():
    pytest.importorskip("triton")
    from conformance.lockstep import lockstep

    selected = select({VARIABLE: "0"})
    with lockstep() as session:
        calls(selected, PREFILL)
    assert selected.calls == {(PREFILL, PLAIN_PATH): 1}
    assert session.launch_count == 0


def test_custom_kernels_that_cannot_run_raise():
    selected = select({VARIABLE: "1"})
    with pytest.raises(RuntimeError, match=f"{DECODE}: custom kernels .* device cpu"):
        calls(selected, DECODE)
    assert not selected.calls and not selected.fallbacks


def test_a_fallback_is_asked_for_recorded_and_warned_of_once():
    selected = select({VARIABLE: "1"}, fallback=True)
    with pytest.warns(RuntimeWarning, match="falling back") as warned:
        calls(selected, PREFILL, DECODE, DECODE)
    assert len(warned) == 1
    assert selected.calls == {(PREFILL, PLAIN_PATH): 1, (DECODE, PLAIN_PATH): 2}
    assert set(selected.fallbacks) == {PREFILL, DECODE}
    assert "device cpu" in selected.fallbacks[DECODE]


def test_a_missing_triton_is_no_silent_fallback(monkeypatch):
    monkeypatch.setattr(selection, "implementation_for", lambda device: "triton")
    module = "conformance_kernels.rbln_attention.implementations.triton_attention"
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(RuntimeError, match="cannot be imported"):
        calls(select({VARIABLE: "1"}), DECODE)


def test_calls_that_fail_are_not_counted():
    selected = select({})
    with pytest.raises(TypeError):
        selected.attention(DECODE)(torch.zeros(1))
    assert not selected.calls


def test_the_plain_path_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        calls(select({}, fallback=True), PREFILL)


def test_unknown_operators_are_refused():
    with pytest.raises(ValueError, match="name: got 'attention', want one of attention_naive"):
        select({}).attention("attention")
