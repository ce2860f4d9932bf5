"""The vendor's operators: which release has which, and how they are loaded."""

import json
import os
import subprocess
import sys

import pytest
from conformance_kernels.rbln_attention.names import FAMILY
from conformance_kernels.rbln_attention.releases import vendor
from conformance_kernels.rbln_attention.releases.released import RELEASES, SINGLE_VERSIONS, VERSIONS

from conformance.catalogue.objects import SubjectBroken, SubjectNotFound
from conformance.subjects.released import SubjectUnavailable
from conformance.wheels.errors import ReleaseNotFound, ReleaseUnavailable

PREFILL = "flash_causal_attention_naive_prefill"


@pytest.fixture
def release(tmp_path, monkeypatch):
    """Stands for the package index; maps a file to its text, all releases hold the same."""

    def fetched(distribution, version):
        assert distribution == "vllm-rbln" and version in VERSIONS
        return tmp_path

    def write(version, operator, text):
        place = tmp_path / RELEASES[version][operator.partition("_naive_")[0]]
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    monkeypatch.setattr(vendor, "unpack", fetched)
    monkeypatch.setattr(vendor, "_release", [])
    monkeypatch.setattr(vendor, "_loaded", {})
    monkeypatch.setattr(vendor, "NAMESPACE", "rbln_vendor_tests")
    return write


def test_there_are_sixteen_releases_and_the_first_has_six_operators():
    assert len(VERSIONS) == 16 and len(SINGLE_VERSIONS) == 15 and "0.10.0" not in SINGLE_VERSIONS
    for version, files in RELEASES.items():
        held = [name for name in FAMILY if name.partition("_naive_")[0] in files]
        assert len(held) == (6 if version == "0.10.0" else 10)


def test_the_same_name_of_a_file_means_other_operators_in_the_first_release():
    first, second = RELEASES["0.10.0"], RELEASES["0.10.1"]
    assert first["flash_attention"] == second["attention"]
    assert first["flash_causal_attention"] == second["causal_attention"]


@pytest.mark.parametrize(
    ("operator", "version", "message"),
    [
        (PREFILL, "0.9.4", r"vllm-rbln 0.9.4 is no release with .*; 0.10.0, 0.10.1, "),
        (PREFILL, "newest", "vllm-rbln newest is no release with"),
        ("paged_attention", "0.12.0", "no release of vllm-rbln has an operator paged_attention"),
    ],
)
def test_what_no_release_has_is_not_found(release, operator, version, message):
    with pytest.raises(SubjectNotFound, match=message):
        vendor.load(operator, version)


def test_an_operator_that_a_release_does_not_have_yet_cannot_be_had(release):
    with pytest.raises(
        SubjectUnavailable, match=r"0.10.0 has no attention_naive_decode; 0.10.1 to "
    ):
        vendor.load("attention_naive_decode", "0.10.0")


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (ReleaseUnavailable("vllm-rbln", "0.12.0", "no network"), SubjectUnavailable),
        (ReleaseNotFound("vllm-rbln", "0.12.0"), SubjectNotFound),
    ],
)
def test_what_cannot_be_fetched_has_a_type(release, monkeypatch, error, raised):
    def unpack(distribution, version):
        raise error

    monkeypatch.setattr(vendor, "unpack", unpack)
    with pytest.raises(raised, match=str(error)):
        vendor.load(PREFILL, "0.12.0")
    assert not vendor._release, "nothing was loaded"


def test_a_package_that_is_not_installed_is_unavailable():
    with pytest.raises(SubjectUnavailable, match="vllm-rbln is not installed here"):
        vendor.load(PREFILL, "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import vllm_rbln.nowhere", "ModuleNotFoundError"),
        ("def broken(:", "SyntaxError"),
        ("from rebel.triton import autotune", "UnsupportedFeature: .*rebel.triton.autotune"),
        ("x = 1", "registers no rbln_vendor_tests::flash_causal_attention_naive_prefill"),
    ],
)
def test_a_file_that_does_not_load_is_broken(release, text, message):
    release("0.12.0", PREFILL, text)
    with pytest.raises(SubjectBroken, match=message):
        vendor.load(PREFILL, "0.12.0")


def test_a_second_release_in_one_process_is_refused(release):
    release("0.12.0", PREFILL, "x = 1")
    with pytest.raises(SubjectBroken):
        vendor.load(PREFILL, "0.12.0")
    with pytest.raises(SubjectUnavailable, match=r"0\.12\.0 is loaded in this process"):
        vendor.load(PREFILL, "0.11.0")
    with pytest.raises(SubjectUnavailable, match="use another process"):
        vendor.load_reference("0.11.0")


def test_references_of_other_releases_are_not_found():
    with pytest.raises(SubjectNotFound, match=r"no references of vllm-rbln 0\.12\.0; 0\.10\.4"):
        vendor.load_reference("0.12.0")


LOAD = """
import json, sys, torch
from conformance_kernels.rbln_attention.names import FAMILY
from conformance_kernels.rbln_attention.releases.released import RELEASES
from conformance_kernels.rbln_attention.implementations.signatures import PARAMETERS
from conformance_kernels.rbln_attention.releases.promise import promise
from conformance_kernels.rbln_attention.releases.vendor import load
from conformance.subjects.released import SubjectUnavailable

version, found = sys.argv[1], {}
for name in FAMILY:
    if name.partition("_naive_")[0] in RELEASES[version]:
        try:
            loaded = load(name, version)
        except SubjectUnavailable as error:
            sys.exit(f"UNSUPPORTED: {error}")
        schema = loaded.function.default._schema
        assert [argument.name for argument in schema.arguments] == list(PARAMETERS[name]), schema
        assert loaded.origin.startswith(str(loaded.sources)), loaded
        promised = promise(name, version)
        found[name] = [loaded.execution, promised.within, dict(promised.dtypes)]
print(json.dumps([found, sorted(name for name in sys.modules if name.startswith("vllm"))]))
"""


@pytest.mark.network
@pytest.mark.parametrize("version", ["0.10.0", "0.10.1", "0.12.0"])
def test_every_operator_of_a_release_is_loaded_without_its_package(version):
    command = [sys.executable, "-c", LOAD, version]
    done = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ))
    if done.stderr.startswith("UNSUPPORTED: "):
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    found, imported = json.loads(done.stdout)
    assert len(found) == (6 if version == "0.10.0" else 10) and imported == []
    for name, (execution, within, dtypes) in found.items():
        assert execution == "emulated" and dtypes == {"kv_cache": ["float32"]}
        drafts = version != "0.12.0" and name == "flash_causal_attention_naive_decode"
        assert within == (["D % 64 == 0", "L == 1"] if drafts else ["D % 64 == 0"])
