"""Each way in which a run is wrong, planted: the report names the cause in the vendor's terms."""

import pytest
from conformance_kernels.generation.troubles import RBLN, causes, told_text
from conformance_kernels.generation.troubling import explained

from conformance.generation.client import EngineRaised
from conformance.generation.setup import ProcessSetup

from .faults import SEAM, SILENT


def told(got) -> str:
    """The causes that what an engine told points to."""
    started = got.started
    text = told_text(RBLN, started.facts, [*started.remarks, *got.generated.remarks])
    return "\n".join(causes(RBLN, text, started.facts))


@pytest.fixture
def said(generate):
    """What is said of an engine with a planted fault: by its exception, or of its answer."""

    def run(fault: str, switch="on", **arguments) -> str:
        seams = {SEAM: fault} if fault else {}
        try:
            with explained(RBLN):
                got = generate("qwen3", switch, arguments, tokens=2, seams=seams)
        except EngineRaised as error:
            return error.raised.message
        return told(got)

    return run


def test_an_operator_that_is_not_registered(said):
    text = said("operator_of_another_name")
    assert "the operator rbln_triton_ops::causal_attention_prefill is not registered" in text
    assert "causal_attention_naive_decode, causal_attention_naive_prefill" in text
    assert "v1.attention.ops.triton_causal_attention_naive" in text


def test_a_graph_that_breaks_and_nobody_is_strict(said):
    text = said("graphs_that_break")
    assert "graph break: the model is not one graph" in text
    assert "not strict: VLLM_RBLN_COMPILE_STRICT_MODE is off" in text


def test_a_device_that_is_missing(said):
    assert "device missing: no NPU is seen" in said("no_device")


def test_a_device_that_does_not_run_models_of_vllm(said):
    assert "model_impl refused: " in said("an_older_device")


def test_a_package_that_is_missing(said):
    assert "package missing: optimum is missing" in said("no_optimum")


def test_more_blocks_than_an_index_can_count(said):
    assert "block count too large: " in said("", num_gpu_blocks_override=70000)


def test_no_room_for_one_request(said):
    assert "out of KV blocks: " in said("", num_gpu_blocks_override=1, block_size=64)


def test_a_setting_that_does_not_exist(said):
    text = said("", switch="", additional_config={"use_custom_kernels": True})
    assert "unknown setting: additional_config knows no use_custom_kernels" in text


def test_kernels_that_are_off(said):
    assert said("", switch="off").startswith("switch off: ")


def test_an_engine_without_trouble_is_told_none(said):
    assert said("") == ""


def test_graphs_of_an_earlier_run_in_which_custom_kernels_were_off(engines, generate):
    """Planted: custom kernels are sent to the built-in operators, which leaves tokens right."""
    environment = {"VLLM_DISABLE_COMPILE_CACHE": None}
    process = ProcessSetup("vllm_rbln", plants=(SILENT,), environment=environment)
    got = generate("qwen3", "on", {"max_num_seqs": 2}, process=process, tokens=2)
    engines.forget(process)
    assert got.right and got.started.facts["switch"] == "on" and not got.kernels
    assert "not rebuilt: graphs may come from the compile cache /" in told(got)


def test_a_switch_under_a_name_of_another_release(engines, generate):
    environment = {"VLLM_RBLN_KERNEL_MODE": "triton", "RBLN_USE_CUSTOM_KERNEL": None}
    process = ProcessSetup("vllm_rbln", environment=environment)
    got = generate("qwen3", "", {}, process=process, tokens=2)
    engines.forget(process)
    assert got.right and got.started.facts["switch"] == "off" and not got.kernels
    where = "additional_config['use_custom_kernel']"
    assert f"VLLM_RBLN_KERNEL_MODE is not read by this release: it reads {where}" in told(got)
