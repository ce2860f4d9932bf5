"""The call sites of the released plugin, read by syntax: what is wrong in which release."""

import re

import pytest
from conformance_kernels.rbln_attention.names import FAMILY
from conformance_kernels.rbln_attention.releases.call_sites import check as call_sites
from conformance_kernels.rbln_attention.releases.call_sites import meanings as words
from conformance_kernels.rbln_attention.releases.released import RELEASES

from conformance.events.verdict import NotSupported
from conformance.sources.comparing.finding import REMARKS, Cause

from .files import planted, unpacked

FLASH = [name for name in FAMILY if name.startswith("flash")]
WINDOW = [name for name in FAMILY if name.startswith("sliding")]
MASKED = [name for name in FAMILY if name.startswith("attention")]
SINGLE = [name for name in FAMILY if name.startswith(("attention", "causal"))]
BACKEND = "vllm_rbln/v1/attention/backends/flash_attention.py"
RUNNER = "vllm_rbln/worker/model_runner.py"


def kinds(version: str, operator: str) -> set[Cause]:
    found = call_sites.check_call_sites(unpacked(version), version, operator)
    return {finding.cause for finding in found}


def before(version: str, other: str) -> bool:
    order = list(RELEASES)
    return order.index(version) < order.index(other)


def expected(version: str, operator: str) -> set[Cause]:
    """The errors of a release, remarks left out."""
    # No operator takes sinks, and no backend refuses them. Those of one block are called without
    # any, except in the first release that has them.
    first = version == "0.10.1"
    found = {Cause.IGNORED} if operator not in SINGLE or first else set()
    if version == "0.10.0":
        return found if operator not in SINGLE else set()
    if before(version, "0.11.1"):
        if operator in SINGLE:
            found.add(Cause.UNBOUND)
            found |= {Cause.EXTRA} if version == "0.10.1" else set()
        if operator in MASKED:
            found.add(Cause.WRONG)
        if operator in FLASH and operator.endswith("decode"):
            found.add(Cause.FORM)
        return found
    if operator in FLASH:
        found.add(Cause.FORM)
    if operator in WINDOW:
        found.add(Cause.TRUTH)
    return found


@pytest.mark.network
@pytest.mark.parametrize("version", RELEASES)
def test_each_release_has_its_known_errors_and_no_others(version):
    sources = unpacked(version)
    counts = {(c.operator, c.namespace): c for c in call_sites.summary(sources, version)}
    for operator in FAMILY:
        assert kinds(version, operator) - REMARKS == expected(version, operator), operator
        wanted = 2 if version == "0.10.0" and operator in FLASH else 1
        wanted = 0 if version == "0.10.0" and operator in SINGLE else wanted
        triton, custom = (counts[operator, space] for space in (words.TRITON, words.CUSTOM))
        assert (triton.calls, custom.calls) == (wanted, wanted)
        assert (triton.launches, custom.launches) == (min(wanted, 1), 0)


@pytest.mark.network
def test_the_order_of_mask_and_cache_was_wrong_twice():
    found = call_sites.check_call_sites(unpacked("0.10.2"), "0.10.2", "attention_naive_prefill")
    wrong = [(f.about, f.message, f.where) for f in found if f.cause is Cause.WRONG]
    kernel = (
        "vllm_rbln/triton_kernels/attention.py:466 -> vllm_rbln/triton_kernels/attention.py:406"
    )
    assert wrong == [
        ("rbln_custom_ops::attention_naive_prefill: mask", "mask gets kv_cache", f"{BACKEND}:1640"),
        (
            "rbln_custom_ops::attention_naive_prefill: kv_cache",
            "kv_cache gets mask",
            f"{BACKEND}:1640",
        ),
        ("attention_naive_prefill: kv_cache_base", "kv_cache_base gets mask", kernel),
        ("attention_naive_prefill: attn_mask_base", "attn_mask_base gets kv_cache", kernel),
    ]


@pytest.mark.network
@pytest.mark.parametrize("version", RELEASES)
def test_the_form_of_seq_idx_changed_with_the_release(version):
    forms = call_sites.seq_idx_form(unpacked(version), version)
    found = {(form.form, form.phase) for form in forms}
    if before(version, "0.11.1"):
        wanted = {(words.PER_PARTITION, "prefill"), (words.PER_PARTITION, "decode")}
        if before("0.10.0", version):
            wanted |= {(words.ABSOLUTE, "decode")}
            (batched,) = [form for form in forms if form.form == words.ABSOLUTE]
            several = "" if before(version, "0.10.2") else " and not (batch_pad <= 1)"
            assert batched.condition.endswith(f"self.is_batch_attention_opt{several}")
    else:
        wanted = {(words.ABSOLUTE, "prefill"), (words.ABSOLUTE, "decode")}
    assert found == wanted


@pytest.mark.network
def test_the_kernels_did_not_follow_the_form_of_seq_idx():
    operator = "flash_causal_attention_naive_prefill"
    found = call_sites.look(unpacked("0.11.1"), operator, "0.11.1")
    (form,) = [finding for finding in found if finding.cause is Cause.FORM]
    assert (form.got, form.wanted) == (words.ABSOLUTE, words.PER_PARTITION)
    assert form.message == "the kernel reads seq_idx as (NUM_BATCH, NUM_PARTITION)"
    assert form.where.startswith(f"{BACKEND}:252 -> {BACKEND}:")


@pytest.mark.network
@pytest.mark.parametrize("version", RELEASES)
def test_block_tables_have_one_dimension_in_prefill_and_two_in_decode(version):
    ranks = call_sites.block_table_rank(unpacked(version), version)
    places = {BACKEND, *([RUNNER] if version == "0.10.0" else [])}
    assert {rank.where.partition(":")[0] for rank in ranks} == places
    for place in places:
        found = {(rank.phase, rank.form) for rank in ranks if rank.where.startswith(place)}
        assert found == {("prefill", "1-D"), ("decode", "2-D")}, place


@pytest.mark.network
def test_sinks_are_dropped_on_the_triton_path_only():
    for operator in FAMILY:
        found = call_sites.check_call_sites(unpacked("0.12.0"), "0.12.0", operator)
        dropped = {f.about for f in found if f.cause is Cause.IGNORED}
        # Without partitions there are no sinks: the backend takes the flash operators then.
        wanted = set() if operator in SINGLE else {f"{words.TRITON}::{operator}: sinks"}
        assert dropped == wanted


@pytest.mark.network
@pytest.mark.parametrize("version", ["0.10.0", "0.10.1", "0.11.0", "0.12.0"])
def test_an_aspect_sees_the_errors_and_where_they_are(version):
    sources = unpacked(version)
    for operator in FAMILY:
        wanted = expected(version, operator)
        found = call_sites.look(sources, operator, version)
        assert {finding.cause for finding in found} == wanted
        for finding in found:
            places = re.findall(r"([\w/]+\.py):(\d+)", finding.where)
            assert places, finding
            for file, line in places:
                assert 0 < int(line) <= len((sources / file).read_text().splitlines())


@pytest.mark.network
def test_an_aspect_sees_no_remarks():
    sources = unpacked("0.12.0")
    seen = {
        "attention_naive_prefill": {Cause.NO_SCHEMA},
        "sliding_window_attention_naive_decode": {
            Cause.NO_SCHEMA, Cause.DROPPED, Cause.IGNORED, Cause.TRUTH,
        },
    }  # fmt: skip
    for operator, wanted in seen.items():
        assert kinds("0.12.0", operator) == wanted
        found = {finding.cause for finding in call_sites.look(sources, operator, "0.12.0")}
        assert found == wanted - REMARKS


@pytest.mark.network
def test_what_is_not_told_by_the_syntax_is_no_pass(tmp_path):
    operator = "attention_naive_prefill"
    file = "vllm_rbln/v1/attention/ops/attention_naive.py"
    sources = planted(tmp_path, file, "            scale,\n", "            rescaled,\n", 4)
    with pytest.raises(NotSupported, match=r".*: .*, vllm_rbln/.*\.py:\d+"):
        call_sites.look(sources, operator, "0.12.0")


@pytest.mark.network
def test_a_file_that_has_changed_is_read_again(tmp_path):
    operator = "flash_attention_naive_prefill"
    sources = planted(tmp_path, BACKEND, "@register_", "@register_", 1)
    clean = call_sites.look(sources, operator, "0.12.0")
    planted(tmp_path, BACKEND, "attn_metadata.attn_masks,", "attn_metadata.block_tables,", 4)
    changed = call_sites.look(sources, operator, "0.12.0")
    assert Cause.WRONG in {finding.cause for finding in changed}
    planted(tmp_path, BACKEND, "@register_", "@register_", 1)
    assert call_sites.look(sources, operator, "0.12.0") == clean


@pytest.mark.network
def test_an_operator_named_in_a_file_that_is_not_read_is_said(tmp_path):
    sources = planted(tmp_path, BACKEND, "@register_", "@register_", 1)
    assert not call_sites.not_resolved(sources, "0.12.0")
    (sources / "vllm_rbln/other.py").write_text(
        "import torch\ntorch.ops.rbln_triton_ops.attention_naive_decode()\n"
    )
    (problem,) = call_sites.not_resolved(sources, "0.12.0")
    assert (problem.about, problem.where) == ("attention_naive_decode", "vllm_rbln/other.py:2")


def test_a_release_without_the_files_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"flash_attention\.py, which vllm-rbln 0\.12\.0"):
        call_sites.check_call_sites(tmp_path, "0.12.0", FAMILY[0])
    with pytest.raises(ValueError, match="operator: got 'nothing'"):
        call_sites.check_call_sites(tmp_path, "0.12.0", "nothing")
