"""Released implementations, brought to life out of their wheels: conformant, or with a reason."""

import pytest

import conformance
from conformance.catalogue.operators import find_operator
from conformance.events.request import Profile
from conformance.events.verdict import Verdict

CONFORMANT = [
    ("rms_norm", "vllm==0.32.0"),
    ("rms_norm", "liger-kernel==0.8.5"),
    ("silu_and_mul", "liger-kernel==0.8.5"),
    ("per_token_quant_int8", "vllm==0.32.0"),
    ("merge_attn_states", "vllm==0.32.0"),
    ("reshape_and_cache", "vllm==0.32.0"),
]
SMALL = Profile("test", "", examples=20, largest=100_000, shrink_seconds=1.0)

pytestmark = pytest.mark.network


def checked(name, subject, store):
    report = conformance.check(name, subject, profile=SMALL, seed=1, store=store)
    if report["load"].verdict is Verdict.UNSUPPORTED:
        pytest.skip(f"UNSUPPORTED: {report['load'].reason}")
    failed = {e.check: e.failures for e in report.checks if e.verdict is Verdict.FAIL}
    assert not [e for e in report.checks if e.verdict is Verdict.ERROR]
    return report, failed


def test_every_release_of_the_small_operators_is_asked():
    known = {*CONFORMANT, ("per_token_quant_int8", "sglang==0.5.23")}
    known.add(("merge_attn_states", "sglang==0.5.23"))
    for name in {name for name, _ in known}:
        packages = {release.package for release in find_operator(name).releases}
        assert packages == {subject.partition("==")[0] for n, subject in known if n == name}


@pytest.mark.parametrize(("name", "subject"), CONFORMANT)
def test_it_conforms(name, subject, tmp_path):
    report, failed = checked(name, subject, tmp_path)
    assert (report.verdict, failed) == (Verdict.PASS, {})


def test_sglang_refuses_to_quantise_a_tensor_that_is_not_dense_without_a_word(tmp_path):
    # assert x.is_contiguous(): right for its callers, but nobody learns from it what is wrong.
    _, failed = checked("per_token_quant_int8", "sglang==0.5.23", tmp_path)
    assert list(failed) == ["layout"]
    findings = [found for failure in failed["layout"] for found in failure.findings]
    refused = [found for found in findings if "AssertionError: no message" in found.got]
    assert refused
    # Rows further apart than their one element are contiguous if each lies on an axis of length 1
    # of its own; the kernel takes the stride of that axis for the distance of rows.
    for found in findings:
        assert found in refused or "out-of-bounds read of argument 'x_ptr'" in found.where


def test_sglang_merges_two_empty_parts_to_nan(tmp_path):
    # -inf - -inf: a token without keys on both sides gets NaN, and so does every later merge with
    # it. vLLM's kernel, which has the same form otherwise, gives zeros and -inf.
    _, failed = checked("merge_attn_states", "sglang==0.5.23", tmp_path)
    assert "special" in failed
    findings = [f for failures in failed.values() for each in failures for f in each.findings]
    assert {(f.got, f.wanted) for f in findings} == {("nan", "0.0"), ("nan", "-inf")}
