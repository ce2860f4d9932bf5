"""Faults planted in the files of a release are found where it was right before."""

from collections import Counter

import pytest
from conformance_kernels.rbln_attention.releases.call_sites import check as call_sites

from conformance.sources.comparing.finding import Cause

from .files import planted, unpacked

BACKEND = "vllm_rbln/v1/attention/backends/flash_attention.py"
OPS = "vllm_rbln/v1/attention/ops"
_END = "            block_tables,\n            scale,  # dummy\n        )"
ORDER = f"            scale,\n            seq_idx,\n{_END}"
SWAPPED = f"            seq_idx,\n            scale,\n{_END}"
PARAMS = "        qk_scale,\n        seq_idx,\n        block_table,\n        qk_scale,\n"
FLASH_FILE = f"{OPS}/flash_attention_naive.py"
KERNEL_FILE = f"{OPS}/triton_flash_attention_naive.py"
FAULTS = {
    "scale and seq_idx swapped": (FLASH_FILE, ORDER, SWAPPED, 2, Cause.WRONG),
    "dummy left out": (
        FLASH_FILE, "scale,  # dummy\n        )", ")", 2, Cause.MISSING,
    ),
    "sinks given to triton": (
        FLASH_FILE, "scale,  # dummy\n        )", "scale, sinks)", 2, Cause.EXTRA,
    ),
    "sinks in the place of the dummy": (
        FLASH_FILE, "scale,  # dummy\n        )", "sinks)", 2, Cause.WRONG,
    ),
    "backend swaps before the wrapper": (
        BACKEND, "attn_metadata.attn_masks,\n                        self.scale,",
        "self.scale,\n                        attn_metadata.attn_masks,", 2, Cause.WRONG,
    ),
    "key and value swapped": (
        BACKEND, "if self.sliding_window is not None:\n            if attn_metadata",
        "key, value = value, key\n        if self.sliding_window is not None:\n            if attn_metadata",  # noqa: E501
        1, Cause.WRONG,
    ),
    "an unknown expression": (
        BACKEND, "attn_metadata.attn_masks,", "attn_metadata.other_masks,", 4, Cause.UNKNOWN,
    ),
    "a field of the metadata from another": (
        BACKEND, 'self._stage(attn_masks, "attn_masks")',
        'self._stage(swa_attn_masks, "attn_masks")', 1, Cause.WRONG,
    ),
    "arguments that are not told": (
        FLASH_FILE, "mask,\n            scale,", "*mask,\n            scale,", 4,
        Cause.NOT_RESOLVED,
    ),
    "kernel list in another order": (
        KERNEL_FILE, PARAMS, PARAMS.replace("qk_scale,\n        seq_idx", "seq_idx,\n        qk_scale"),  # noqa: E501
        2, Cause.WRONG,
    ),
    "kernel sizes in another order": (
        KERNEL_FILE, "NUM_HEAD,\n        NUM_GROUP,", "NUM_GROUP,\n        NUM_HEAD,", 2,
        Cause.WRONG,
    ),
    "a size from another dimension": (
        KERNEL_FILE, "NUM_BLOCK = kv_cache.shape[1]", "NUM_BLOCK = kv_cache.shape[-2]", 2,
        Cause.WRONG,
    ),
    "another kernel launched": (
        KERNEL_FILE, "warmup(flash_attention_naive_prefill,",
        "warmup(flash_attention_naive_decode,", 1, Cause.WRONG,
    ),
    "schema in another order": (
        KERNEL_FILE, "    qk_scale: torch.Tensor,\n    seq_idx: torch.Tensor,",
        "    seq_idx: torch.Tensor,\n    qk_scale: torch.Tensor,", 4, Cause.SCHEMA,
    ),
    "mutation declared": (
        KERNEL_FILE, 'naive_prefill", mutates_args=()', 'naive_prefill", mutates_args={"kv_cache"}',
        1, Cause.SCHEMA,
    ),
    "fake with another name": (
        KERNEL_FILE, "def _(\n    query:", "def _(\n    q:", 2, Cause.FAKE,
    ),
    "fake removed": (
        KERNEL_FILE, '@register_fake("rbln_triton_ops::flash_attention_naive_prefill")\n', "", 1,
        Cause.FAKE,
    ),
    "table of another rank": (
        BACKEND, "block_tables_tensor = block_tables_tensor[0]",
        "block_tables_tensor = block_tables_tensor.to(torch.int32)", 1, Cause.FORM,
    ),
}  # fmt: skip


@pytest.mark.network
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_planted_in_a_release_is_found(tmp_path, fault):
    operator = "flash_attention_naive_prefill"
    file, old, new, count, kind = FAULTS[fault]
    clean = call_sites.check_call_sites(unpacked("0.12.0"), "0.12.0", operator)
    sources = planted(tmp_path, file, old, new, count)
    found = call_sites.check_call_sites(sources, "0.12.0", operator)
    more = Counter(f.cause for f in found) - Counter(f.cause for f in clean)
    assert more[kind] >= 1, [(f.cause, f.about, f.message) for f in found]


@pytest.mark.network
def test_a_table_of_another_rank_from_the_first_engine_s_runner_is_found(tmp_path):
    operator, version = "flash_causal_attention_naive_prefill", "0.10.0"
    runner = "vllm_rbln/worker/model_runner.py"
    old = "input_block_ids.flatten().tolist()\n        input_block_ids = torch.tensor("
    new = "(\n            input_block_ids).to("
    sources = planted(tmp_path, runner, old, new, 1, version)
    found = call_sites.check_call_sites(sources, version, operator)
    (form,) = [finding for finding in found if finding.cause is Cause.FORM]
    assert (form.got, form.wanted) == ("2-D", "1-D")
    assert form.where.startswith(f"{runner}:") and " -> vllm_rbln/attention/" in form.where


REFUSAL = """        if self.sinks is not None:
            if rbln_config.use_custom_kernel:
                raise NotImplementedError("custom kernels take no sinks")
            assert self.sinks.shape[0] == num_heads, ("""
KEPT = REFUSAL.replace("use_custom_kernel", "use_batch_attn_opt")


@pytest.mark.network
@pytest.mark.parametrize(("text", "ignored"), [(REFUSAL, False), (KEPT, True)])
def test_sinks_that_are_refused_are_not_ignored(tmp_path, text, ignored):
    old = (
        "        if self.sinks is not None:\n            assert self.sinks.shape[0] == num_heads, ("
    )
    sources = planted(tmp_path, BACKEND, old, text, 1)
    operator = "flash_causal_attention_naive_decode"
    found = call_sites.check_call_sites(sources, "0.12.0", operator)
    assert any(finding.cause is Cause.IGNORED for finding in found) is ignored
