"""The call sites of the released plugin, read by syntax: what is wrong in which release."""

import zipfile
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest
from conformance_kernels.rbln_attention import call_site_meanings as words
from conformance_kernels.rbln_attention import call_sites
from conformance_kernels.rbln_attention.names import FAMILY
from conformance_kernels.rbln_attention.released import RELEASES
from conformance_kernels.rbln_attention.signatures import PARAMETERS

from conformance.call_sites.finding import REMARKS, FindingKind
from conformance.releases.errors import ReleaseUnavailable
from conformance.releases.wheels import fetch

FLASH = [name for name in FAMILY if name.startswith("flash")]
WINDOW = [name for name in FAMILY if name.startswith("sliding")]
MASKED = [name for name in FAMILY if name.startswith("attention")]
SINGLE = [name for name in FAMILY if name.startswith(("attention", "causal"))]
BACKEND = "vllm_rbln/v1/attention/backends/flash_attention.py"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The folder with the plugin's Python files of a release, by version."""

    @lru_cache
    def unpack(version: str) -> Path:
        try:
            wheel = fetch("vllm-rbln", version)
        except ReleaseUnavailable as error:
            pytest.skip(f"UNSUPPORTED: {error.reason}")
        folder = tmp_path_factory.mktemp("release")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder, [n for n in archive.namelist() if n.endswith(".py")])
        return folder

    return unpack


def kinds(sources: Path, version: str, operator: str) -> set[FindingKind]:
    return {finding.kind for finding in call_sites.check_call_sites(sources, version, operator)}


def before(version: str, other: str) -> bool:
    order = list(RELEASES)
    return order.index(version) < order.index(other)


def expected(version: str, operator: str) -> set[FindingKind]:
    """The errors of a release, remarks left out."""
    found = set()
    if version == "0.10.0":
        # The older backend's block table comes from elsewhere.
        return {FindingKind.NOT_RESOLVED} if operator in FLASH else set()
    if before(version, "0.11.1"):
        if operator in SINGLE:
            found.add(FindingKind.UNBOUND)
            found |= {FindingKind.EXTRA} if version == "0.10.1" else set()
        if operator in MASKED:
            found.add(FindingKind.WRONG)
        if operator in FLASH and operator.endswith("decode"):
            found.add(FindingKind.FORM)
        return found
    if operator in FLASH:
        found.add(FindingKind.FORM)
    if operator in WINDOW:
        found.add(FindingKind.TRUTH)
    return found


def test_the_parameters_are_those_of_the_signatures():
    own = {name: words.PARAMETERS[name.rpartition("_")[0]] for name in FAMILY}
    assert own == {name: PARAMETERS[name] for name in FAMILY}


@pytest.mark.network
@pytest.mark.parametrize("version", RELEASES)
def test_each_release_has_its_known_errors_and_no_others(unpacked, version):
    sources = unpacked(version)
    counts = {(c.operator, c.namespace): c for c in call_sites.summary(sources, version)}
    for operator in FAMILY:
        assert kinds(sources, version, operator) - REMARKS == expected(version, operator), operator
        wanted = 2 if version == "0.10.0" and operator in FLASH else 1
        wanted = 0 if version == "0.10.0" and operator in SINGLE else wanted
        triton, custom = (counts[operator, space] for space in (words.TRITON, words.CUSTOM))
        assert (triton.calls, custom.calls) == (wanted, wanted)
        assert (triton.launches, custom.launches) == (min(wanted, 1), 0)


@pytest.mark.network
def test_the_order_of_mask_and_cache_was_wrong_twice(unpacked):
    found = call_sites.check_call_sites(unpacked("0.10.2"), "0.10.2", "attention_naive_prefill")
    wrong = [(f.about, f.message, f.where) for f in found if f.kind is FindingKind.WRONG]
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
def test_the_form_of_seq_idx_changed_and_the_kernels_did_not(unpacked):
    old = call_sites.seq_idx_form(unpacked("0.11.0"), "0.11.0")
    assert {(form.form, form.phase) for form in old} == {
        (words.PER_PARTITION, "prefill"),
        (words.PER_PARTITION, "decode"),
        (words.ABSOLUTE, "decode"),
    }
    (batched,) = [form for form in old if form.form == words.ABSOLUTE]
    assert "self.is_batch_attention_opt and not (batch_pad <= 1)" in batched.condition
    new = call_sites.seq_idx_form(unpacked("0.11.1"), "0.11.1")
    assert [(f.form, f.where) for f in new] == [(words.ABSOLUTE, f"{BACKEND}:252")] * 2
    found = call_sites.check_call_sites(
        unpacked("0.11.1"), "0.11.1", "flash_causal_attention_naive_prefill"
    )
    (form,) = [f for f in found if f.kind is FindingKind.FORM]
    assert (form.got, form.wanted) == (words.ABSOLUTE, words.PER_PARTITION)


@pytest.mark.network
@pytest.mark.parametrize("version", ["0.10.1", "0.11.0", "0.12.0"])
def test_block_tables_have_one_dimension_in_prefill_and_two_in_decode(unpacked, version):
    ranks = call_sites.block_table_rank(unpacked(version), version)
    assert {(rank.phase, rank.form) for rank in ranks} == {("prefill", "1-D"), ("decode", "2-D")}


@pytest.mark.network
def test_sinks_are_dropped_on_the_triton_path_only(unpacked):
    for operator in FAMILY:
        found = call_sites.check_call_sites(unpacked("0.12.0"), "0.12.0", operator)
        dropped = {f.about for f in found if f.kind is FindingKind.DROPPED and "sinks" in f.about}
        # Without partitions there are no sinks: the backend takes the flash operators then.
        wanted = set() if operator in SINGLE else {f"{words.TRITON}::{operator}: sinks"}
        assert dropped == wanted


def planted(folder: Path, release: Path, file: str, old: str, new: str, count: int) -> Path:
    """A copy of release 0.12.0 with a text replaced, which must occur `count` times."""
    for path in call_sites.files(release, "0.12.0"):
        text = (release / path).read_text()
        if path == file:
            assert text.count(old) == count, text.count(old)
            text = text.replace(old, new)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


OPS = "vllm_rbln/v1/attention/ops"
_END = "            block_tables,\n            scale,  # dummy\n        )"
ORDER = f"            scale,\n            seq_idx,\n{_END}"
SWAPPED = f"            seq_idx,\n            scale,\n{_END}"
PARAMS = "        qk_scale,\n        seq_idx,\n        block_table,\n        qk_scale,\n"
FLASH_FILE = f"{OPS}/flash_attention_naive.py"
KERNEL_FILE = f"{OPS}/triton_flash_attention_naive.py"
FAULTS = {
    "scale and seq_idx swapped": (FLASH_FILE, ORDER, SWAPPED, 2, FindingKind.WRONG),
    "dummy left out": (
        FLASH_FILE, "scale,  # dummy\n        )", ")", 2, FindingKind.MISSING,
    ),
    "sinks given to triton": (
        FLASH_FILE, "scale,  # dummy\n        )", "scale, sinks)", 2, FindingKind.EXTRA,
    ),
    "sinks in the place of the dummy": (
        FLASH_FILE, "scale,  # dummy\n        )", "sinks)", 2, FindingKind.WRONG,
    ),
    "backend swaps before the wrapper": (
        BACKEND, "attn_metadata.attn_masks,\n                        self.scale,",
        "self.scale,\n                        attn_metadata.attn_masks,", 2, FindingKind.WRONG,
    ),
    "key and value swapped": (
        BACKEND, "if self.sliding_window is not None:\n            if attn_metadata",
        "key, value = value, key\n        if self.sliding_window is not None:\n            if attn_metadata",  # noqa: E501
        1, FindingKind.WRONG,
    ),
    "an unknown expression": (
        BACKEND, "attn_metadata.attn_masks,", "attn_metadata.other_masks,", 4, FindingKind.UNKNOWN,
    ),
    "a field of the metadata from another": (
        BACKEND, 'self._stage(attn_masks, "attn_masks")',
        'self._stage(swa_attn_masks, "attn_masks")', 1, FindingKind.WRONG,
    ),
    "arguments that are not told": (
        FLASH_FILE, "mask,\n            scale,", "*mask,\n            scale,", 4,
        FindingKind.NOT_RESOLVED,
    ),
    "kernel list in another order": (
        KERNEL_FILE, PARAMS, PARAMS.replace("qk_scale,\n        seq_idx", "seq_idx,\n        qk_scale"),  # noqa: E501
        2, FindingKind.WRONG,
    ),
    "kernel sizes in another order": (
        KERNEL_FILE, "NUM_HEAD,\n        NUM_GROUP,", "NUM_GROUP,\n        NUM_HEAD,", 2,
        FindingKind.WRONG,
    ),
    "a size from another dimension": (
        KERNEL_FILE, "NUM_BLOCK = kv_cache.shape[1]", "NUM_BLOCK = kv_cache.shape[-2]", 2,
        FindingKind.WRONG,
    ),
    "another kernel launched": (
        KERNEL_FILE, "warmup(flash_attention_naive_prefill,",
        "warmup(flash_attention_naive_decode,", 1, FindingKind.WRONG,
    ),
    "schema in another order": (
        KERNEL_FILE, "    qk_scale: torch.Tensor,\n    seq_idx: torch.Tensor,",
        "    seq_idx: torch.Tensor,\n    qk_scale: torch.Tensor,", 4, FindingKind.SCHEMA,
    ),
    "mutation declared": (
        KERNEL_FILE, 'naive_prefill", mutates_args=()', 'naive_prefill", mutates_args={"kv_cache"}',
        1, FindingKind.SCHEMA,
    ),
    "fake with another name": (
        KERNEL_FILE, "def _(\n    query:", "def _(\n    q:", 2, FindingKind.FAKE,
    ),
    "fake removed": (
        KERNEL_FILE, '@register_fake("rbln_triton_ops::flash_attention_naive_prefill")\n', "", 1,
        FindingKind.FAKE,
    ),
    "table of another rank": (
        BACKEND, "block_tables_tensor = block_tables_tensor[0]",
        "block_tables_tensor = block_tables_tensor.to(torch.int32)", 1, FindingKind.FORM,
    ),
}  # fmt: skip


@pytest.mark.network
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_planted_in_a_release_is_found(unpacked, tmp_path, fault):
    operator = "flash_attention_naive_prefill"
    file, old, new, count, kind = FAULTS[fault]
    clean = call_sites.check_call_sites(unpacked("0.12.0"), "0.12.0", operator)
    sources = planted(tmp_path, unpacked("0.12.0"), file, old, new, count)
    found = call_sites.check_call_sites(sources, "0.12.0", operator)
    more = Counter(f.kind for f in found) - Counter(f.kind for f in clean)
    assert more[kind] >= 1, [(f.kind, f.about, f.message) for f in found]


@pytest.mark.network
def test_an_operator_named_in_a_file_that_is_not_read_is_said(unpacked, tmp_path):
    sources = planted(tmp_path, unpacked("0.12.0"), BACKEND, "@register_", "@register_", 1)
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
