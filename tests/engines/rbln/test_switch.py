"""The switch of custom kernels, by every way of setting it, each in a process of its own."""

import pytest

from conformance.generation.client import EngineRaised
from conformance.generation.setup import ProcessSetup

VALUES = [
    ({"RBLN_USE_CUSTOM_KERNEL": None}, "off"),
    ({"RBLN_USE_CUSTOM_KERNEL": "True"}, "on"),
    ({"VLLM_RBLN_USE_CUSTOM_KERNEL": "1", "VLLM_RBLN_KERNEL_MODE": "triton"}, "off"),
]


@pytest.mark.parametrize(("variables", "word"), VALUES)
def test_what_ran_is_what_the_plugin_says_of_its_switch(engines, generate, variables, word):
    process = ProcessSetup("vllm_rbln", environment=variables)
    got = generate("qwen3", "", {}, process=process, tokens=2)
    engines.forget(process)
    assert got.right and got.started.facts["switch"] == word
    assert bool(got.kernels) == (word == "on") and bool(got.builtins) == (word == "off")
    ignored = {note.split()[0] for note in got.started.remarks if "has no effect" in note}
    assert ignored == {"VLLM_RBLN_COMPILE_MODEL", "VLLM_USE_V1"} | {
        name for name in variables if name.startswith("VLLM_")
    }


def test_a_setting_of_the_engine_turns_it_on(generate):
    got = generate("qwen3", "", {"additional_config": {"use_custom_kernel": 1}}, tokens=2)
    assert got.started.facts["switch"] == "on" and got.kernels and not got.builtins


def test_a_setting_that_does_not_exist_is_refused(generate):
    with pytest.raises(EngineRaised, match="use_custom_kernels"):
        generate("qwen3", "", {"additional_config": {"use_custom_kernels": True}})
