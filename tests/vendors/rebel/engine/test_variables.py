"""Which variables a process is started with, and which of them a release reads."""

import os
from types import SimpleNamespace

import pytest

from conformance.generation.setup import EngineSetup
from conformance.vendors.rebel.engine import switch
from conformance.vendors.rebel.engine.arguments import arguments
from conformance.vendors.rebel.engine.variables import (
    TUTORIAL,
    process_variables,
    reads_of,
    switch_variable,
    without_effect,
)

ENVS = """
import os
from os import environ
VARIABLES = {"VLLM_RBLN_USE_CUSTOM_KERNEL": lambda: os.environ.get("RBLN_USE_CUSTOM_KERNEL", "0")}
if "VLLM_RBLN_TP_SIZE" in os.environ:
    size = int(environ["VLLM_RBLN_SIZE"])
home = os.getenv("HOME")
table = {}.get("NO_VARIABLE")
"""


def test_what_a_source_reads_are_the_names_that_it_asks_the_environment_for():
    assert reads_of(ENVS) == {
        "RBLN_USE_CUSTOM_KERNEL",
        "VLLM_RBLN_TP_SIZE",
        "VLLM_RBLN_SIZE",
        "HOME",
    }


def test_variables_that_nobody_reads_are_told():
    reads = frozenset({"RBLN_USE_CUSTOM_KERNEL", "VLLM_RBLN_COMPILE_STRICT_MODE"})
    given = [*TUTORIAL, "RBLN_USE_CUSTOM_KERNEL", "VLLM_RBLN_USE_CUSTOM_KERNEL", "HOME"]
    assert without_effect(given, reads) == (
        "VLLM_RBLN_COMPILE_MODEL",
        "VLLM_RBLN_USE_VLLM_MODEL",
        "VLLM_DISABLE_COMPILE_CACHE",
        "VLLM_USE_V1",
        "VLLM_RBLN_USE_CUSTOM_KERNEL",
    )


def test_the_tutorials_variables_are_set_but_never_the_switch():
    for emulated in (True, False):
        found = process_variables(emulated)
        assert found.items() >= TUTORIAL.items()
        assert not found.keys() & switch.WORDS.keys()
    assert "RBLN_FORCE_NPU_NAME" not in process_variables(False)


def test_releases_read_the_switch_under_different_names():
    assert switch_variable(frozenset({"VLLM_RBLN_KERNEL_MODE", "X"})) == "VLLM_RBLN_KERNEL_MODE"
    assert switch_variable(frozenset({"RBLN_USE_CUSTOM_KERNEL"})) == "RBLN_USE_CUSTOM_KERNEL"
    assert switch_variable(frozenset()) is None


@pytest.fixture
def older(monkeypatch):
    """A release that reads a variable, as before 0.12.0."""
    monkeypatch.setattr(switch, "is_setting", lambda: False)
    monkeypatch.setattr(switch, "_first", {})
    for name in switch.WORDS:
        monkeypatch.delenv(name, raising=False)


def test_older_releases_are_given_a_variable(older):
    reads = frozenset({"RBLN_USE_CUSTOM_KERNEL"})
    assert switch.variables_for("on", reads) == {"RBLN_USE_CUSTOM_KERNEL": "1"}
    assert switch.variables_for("off", reads) == {"RBLN_USE_CUSTOM_KERNEL": "0"}
    assert switch.variables_for("", reads) == {}
    assert switch.settings_for("on") == {}
    with pytest.raises(ValueError, match="no switch of custom kernels"):
        switch.variables_for("on", frozenset())


def test_engines_of_one_process_do_not_inherit_each_others_switch(older, monkeypatch):
    monkeypatch.setenv("VLLM_RBLN_KERNEL_MODE", "torch_triton")
    switch.hold({"RBLN_USE_CUSTOM_KERNEL": "1"})
    assert os.environ["RBLN_USE_CUSTOM_KERNEL"] == "1"
    switch.hold({})
    assert "RBLN_USE_CUSTOM_KERNEL" not in os.environ
    assert os.environ["VLLM_RBLN_KERNEL_MODE"] == "torch_triton"


def test_newer_releases_are_given_a_setting(monkeypatch):
    monkeypatch.setattr(switch, "is_setting", lambda: True)
    assert switch.settings_for("on") == {"use_custom_kernel": True}
    assert switch.settings_for("off") == {"use_custom_kernel": False}
    assert switch.settings_for("") == {}
    assert switch.variables_for("on", frozenset({"RBLN_USE_CUSTOM_KERNEL"})) == {}


@pytest.mark.parametrize("value, word", [(True, "on"), (False, "off")])
def test_the_switch_is_reported_as_the_plugins_settings_hold_it(value, word):
    config = SimpleNamespace(additional_config=SimpleNamespace(use_custom_kernel=value))
    assert switch.is_on(config) == word


def test_arguments_of_the_caller_win_and_settings_of_the_plugin_are_merged():
    given = {"max_num_seqs": 4, "additional_config": {"use_custom_sampler": False}}
    found = arguments(EngineSetup("M", arguments=given), {"use_custom_kernel": True}, True)
    assert found["model"] == "M" and found["max_num_seqs"] == 4 and found["dtype"] == "float32"
    assert found["additional_config"] == {"use_custom_kernel": True, "use_custom_sampler": False}


def test_an_engine_without_settings_of_the_plugin_is_given_none():
    assert "additional_config" not in arguments(EngineSetup("M"), {}, True)


def test_on_an_npu_an_engine_is_that_of_the_tutorial():
    found = arguments(EngineSetup("M"), {}, False)
    assert (found["max_num_seqs"], found["max_model_len"]) == (1, 4096)
    assert "num_gpu_blocks_override" not in found
