"""The check builds: what it fails for, what it reports, and what it leaves alone."""

import pytest
import torch
import triton
import triton.language as tl

import conformance
from conformance.contract import Axis, Budget, Contract, Output, TensorArgument
from conformance.events.finding import Kind
from conformance.events.request import Profile
from conformance.events.verdict import Verdict

CONTRACT = Contract(
    name="doubled",
    summary="every number twice",
    axes=(Axis("N", "numbers", usual=64, edges=(1, 33)),),
    arguments=(TensorArgument("x", ("N",), ("float32", "float16"), "numbers"),),
    outputs=(Output("y", ("N",), "x", "doubled", budget=Budget(0.0, 0.0, "exact")),),
    reference=lambda x: x * 2,
)


@triton.jit
def _double(x, y, n, stride, BLOCK: tl.constexpr):
    o = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    value = tl.load(x + o.to(tl.int64) * stride, mask=o < n, other=0.0)
    tl.store(y + o, value * 2, mask=o < n)


@triton.jit
def _method(x, y, n, stride, BLOCK: tl.constexpr):
    o = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    value = tl.load(x + o * stride.to(tl.int64), mask=o < n, other=0.0)
    tl.store(y + o, value * 2, mask=o < n)


@triton.jit
def _nothing(x, INNER: tl.constexpr):
    """0, out of a product whose operands take INNER * 1024 bytes of shared memory or more."""
    rows = tl.arange(0, 64)[:, None] * 0 + tl.arange(0, INNER)[None, :] * 0
    columns = tl.arange(0, INNER)[:, None] * 0 + tl.arange(0, 256)[None, :] * 0
    return tl.sum(tl.dot(tl.load(x + rows) * 0, tl.load(x + columns) * 0))


@triton.jit
def _product(x, y, n, stride, BLOCK: tl.constexpr, INNER: tl.constexpr):
    o = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    value = tl.load(x + o.to(tl.int64) * stride, mask=o < n, other=0.0)
    nothing = _nothing(x, INNER)
    tl.store(y + o, value * 2 + (nothing * 0).to(value.dtype), mask=o < n)


def _launch(kernel, x, **constants):
    if x.dtype not in (torch.float32, torch.float16):
        raise TypeError("x is float32 or float16")
    if x.dim() != 1:
        raise ValueError("x has one axis")
    x = x.resolve_neg()
    y = torch.empty(x.shape, dtype=x.dtype)
    if len(x):
        grid = (triton.cdiv(len(x), 32),)
        kernel[grid](x, y, len(x), x.stride(0), BLOCK=32, **constants)
    return y


def right(x):
    return _launch(_double, x)


def asked(function, *, binaries="some", targets=("sm_90",), checks=("builds",)):
    profile = Profile("test", "", 4, 10_000, 0.5, checks, binaries, targets)
    return conformance.check(CONTRACT, function, profile=profile, seed=1)


def test_a_kernel_that_the_compiler_takes_passes_with_what_it_needs():
    event = asked(right, targets=("sm_90", "gfx942"))["builds"]
    assert (event.verdict, event.failures) == (Verdict.PASS, ())
    assert [each.gpu for each in event.needs] == ["sm_90", "gfx942"]
    first = event.needs[0]
    assert first.kernel.endswith("_double") and first.registers > 0 and first.spills == 0
    assert first.signatures > first.binaries >= 2, "each dtype is built, not each signature"


def test_without_binaries_the_frontend_is_asked_alone():
    event = asked(right, binaries="none")["builds"]
    assert event.verdict is Verdict.PASS
    assert event.needs[0].binaries == event.needs[0].registers == 0


def test_all_signatures_are_built_where_all_are_wanted():
    (needs,) = asked(right, binaries="all")["builds"].needs
    assert needs.binaries == needs.signatures


def test_an_int_of_one_is_a_constant():
    report = asked(lambda x: _launch(_method, x), checks=("values", "builds"))
    event = report["builds"]
    assert event.verdict is Verdict.FAIL
    finding = event.failures[0].findings[0]
    assert (finding.about, finding.kind) == ("_method", Kind.BUILD)
    assert "'int' object has no attribute 'to'" in finding.got
    line = "x + o * stride.to(tl.int64)"
    path, _, number = finding.line.rpartition(":")
    with open(path) as file:
        assert line in file.read().splitlines()[int(number) - 1]


def test_a_case_asks_again_for_its_own_gpu():
    def wrong(x):
        return _launch(_method, x)

    line = asked(wrong)["builds"].failures[0].case
    assert ",gpu:sm_90," in line
    again = conformance.replay(line, CONTRACT, wrong)
    assert again.verdict is Verdict.FAIL
    assert conformance.replay(line, CONTRACT, right).verdict is Verdict.PASS


def test_more_shared_memory_than_a_gpu_has_fails_for_that_gpu_only():
    def large(x):
        return _launch(_product, x, INNER=128)

    event = asked(large, targets=("sm_90", "gfx942"), checks=("builds",))["builds"]
    assert event.verdict is Verdict.FAIL
    found = {finding.message for failure in event.failures for finding in failure.findings}
    assert found == {"Triton's compiler cannot build it for gfx942"}, event.failures
    (first, *_) = event.failures[0].findings
    assert "bytes of shared memory, gfx942 has 65536" in first.got


def test_a_subject_without_kernels_cannot_be_asked():
    event = asked(lambda x: x * 2)["builds"]
    assert (event.verdict, event.reason) == (
        Verdict.UNSUPPORTED, "it launches no Triton kernel",
    )  # fmt: skip


def test_what_a_rehearsal_alone_would_launch_fails_nobody():
    def reads_back(x):
        y = right(x)
        # A rehearsal leaves zeros; what runs leaves twice the numbers.
        if len(x) and not torch.equal(y, x * 2):
            _launch(_method, x)
        return y

    assert asked(reads_back)["builds"].verdict is Verdict.PASS


def test_every_signature_of_the_other_checks_is_asked():
    def one_size_only(x):
        return _launch(_method if x.shape == (33,) else _double, x)

    assert asked(one_size_only)["builds"].verdict is Verdict.FAIL


@triton.autotune([triton.Config({"INNER": 128}), triton.Config({"INNER": 16})], key=[])
@triton.jit
def _tuned(x, y, n, stride, BLOCK: tl.constexpr, INNER: tl.constexpr):
    o = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    value = tl.load(x + o.to(tl.int64) * stride, mask=o < n, other=0.0)
    nothing = _nothing(x, INNER)
    tl.store(y + o, value * 2 + (nothing * 0).to(value.dtype), mask=o < n)


def test_an_autotuned_kernel_needs_one_configuration_that_fits():
    def tuned(x):
        return _launch(_tuned, x)

    assert asked(tuned, targets=("gfx942",))["builds"].verdict is Verdict.PASS


@pytest.mark.parametrize("missing", ["gfx942", "sm_90"])
def test_a_gpu_that_the_installed_triton_lacks_is_told_and_no_fault(missing, monkeypatch):
    from conformance.targets import available

    monkeypatch.setattr(available, "has_backend", lambda vendor, *_: vendor != {
        "gfx942": "hip", "sm_90": "cuda"
    }[missing])  # fmt: skip
    available._problem.cache_clear()
    try:
        event = asked(right, targets=("sm_90", "gfx942"))["builds"]
        alone = asked(right, targets=(missing,))["builds"]
    finally:
        available._problem.cache_clear()
    assert event.verdict is Verdict.PASS
    assert event.reason.startswith(f"not built for {missing}: Triton ")
    assert alone.verdict is Verdict.UNSUPPORTED and "has no compiler" in alone.reason
