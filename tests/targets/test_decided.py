"""What the check builds tells of one case, and of a kernel that is autotuned."""

import pytest

from conformance.events.finding import Finding, Kind
from conformance.events.verdict import NotSupported
from conformance.targets.build import Refusal
from conformance.targets.gpus import gpu
from conformance.triton_compiler import Needs

from .made_up import CHECK, Compiler, bench, block, case, double, launching, tuned

START = double.fn.__code__.co_firstlineno + 1
"""The line of the def, below its decorator."""


def place(line):
    return f"{double.fn.__code__.co_filename}:{line}"


def decided(monkeypatch, answer, asked=None, function=None, **more):
    """The findings of one case that nobody gathered, and what was built for it."""
    compiler = Compiler(answer).used(monkeypatch)
    found = CHECK.decide(bench(function or launching(), **more), asked or case())
    return found, [(job.gpu.name, block(job), job.whole) for job in compiler.jobs]


def test_a_kernel_that_the_compiler_takes_has_no_finding(monkeypatch):
    assert decided(monkeypatch, lambda job: Needs()) == ([], [("sm_90", 64, True)])


@pytest.mark.parametrize(
    ("step", "what"),
    [
        ("launch", "refuses it"), ("frontend", "refuses it"), ("ttir", "cannot build it"),
        ("ttgir", "cannot build it"), ("cubin", "cannot build it"), ("", "cannot build it"),
    ],
)  # fmt: skip
def test_a_refusal_is_told_with_its_line_and_what_the_compiler_says(monkeypatch, step, what):
    (finding,), _ = decided(monkeypatch, lambda job: Refusal(step, "so it says", 3))
    assert finding == Finding(
        "double", f"Triton's compiler {what} for sm_90", "so it says", "a kernel that compiles",
        place(START + 2), Kind.BUILD, line=place(START + 2),
    )  # fmt: skip


def test_a_refusal_without_a_line_and_a_lack_of_memory_are_told_of_the_def(monkeypatch):
    (finding,), _ = decided(monkeypatch, lambda job: Refusal("ttgir", "so it says"))
    assert finding.line == place(START)
    lack = gpu("sm_90").shared + 1
    (finding,), _ = decided(monkeypatch, lambda job: Needs(shared=lack))
    assert finding == Finding(
        "double", "Triton's compiler cannot build it for sm_90",
        f"it needs {lack} bytes of shared memory, sm_90 has {lack - 1}", "a kernel that compiles",
        place(START), Kind.BUILD, line=place(START),
    )  # fmt: skip


def test_a_kernel_s_own_assertion_is_a_refusal_where_nothing_is_tuned(monkeypatch):
    (finding,), _ = decided(monkeypatch, lambda job: Refusal("frontend", "no", 1, assertion=True))
    assert finding.message == "Triton's compiler refuses it for sm_90"


def refused_by(*names):
    return lambda job: Refusal("ttgir", "no") if job.gpu.name in names else Needs()


def test_a_case_asks_for_its_own_gpu_and_without_one_for_all(monkeypatch):
    targets = ("sm_90", "gfx942")
    answer = refused_by("sm_90", "gfx942", "sm_80")
    found, built = decided(monkeypatch, answer, targets=targets)
    assert [each.message.rpartition(" ")[2] for each in found] == ["sm_90", "gfx942"]
    for name in ("sm_80", "gfx942"):
        found, built = decided(monkeypatch, answer, case(gpu=name), targets=targets)
        assert [each.message.rpartition(" ")[2] for each in found] == [name]
        assert {each[0] for each in built} == {name}


def test_a_case_of_a_target_that_is_not_there_is_no_verdict(monkeypatch):
    Compiler().used(monkeypatch, missing=("gfx942",))
    with pytest.raises(NotSupported, match=r"^gfx942: not there$"):
        CHECK.decide(bench(launching()), case(gpu="gfx942"))
    assert CHECK.decide(bench(launching(), targets=("gfx942", "sm_90")), case()) == []


def test_what_was_gathered_is_told_without_another_build(monkeypatch):
    compiler = Compiler(refused_by("gfx942")).used(monkeypatch)
    ground = bench(launching(), targets=("sm_90", "gfx942"))
    found = CHECK.gathered(ground, [case(64), case(32)], lambda *_: None)
    built = len(compiler.jobs)
    wrong = {each for each in found.cases if CHECK.decide(ground, each)}
    assert wrong == {case(64, gpu="gfx942")}
    assert len(compiler.jobs) == built


def test_a_rehearsal_is_not_believed_where_what_runs_is_right(monkeypatch):
    compiler = Compiler(
        lambda job: Refusal("ttgir", "no") if block(job) == 32 else Needs()
    ).used(monkeypatch)  # fmt: skip

    def reads_back(x):
        y = launching()(x)
        # A rehearsal leaves zeros; what runs leaves twice the numbers.
        if not bool((y == x * 2).all()):
            launching()(x[:32])
        return y

    ground = bench(reads_back)
    found = CHECK.gathered(ground, [case(64)], lambda *_: None)
    assert {block(job) for job in compiler.jobs} == {64, 32}
    assert [CHECK.decide(ground, each) for each in found.cases] == [[]]


FITS, LACKS = Needs(shared=1), Needs(shared=gpu("sm_90").shared + 1)
REFUSED = Refusal("frontend", "no such name")
ASSERTED = Refusal("frontend", "an assertion", assertion=True)
GAVE_UP = Refusal("cubin", "gave up")


@pytest.mark.parametrize(
    ("results", "message"),
    [
        # In the order of the configurations: the one that was launched, and the others.
        ((FITS, LACKS, LACKS), None),
        ((LACKS, FITS, LACKS), None),
        ((LACKS, LACKS, FITS), None),
        ((ASSERTED, LACKS, FITS), None),
        ((GAVE_UP, ASSERTED, FITS), None),
        ((LACKS, LACKS, LACKS), "bytes of shared memory"),
        ((LACKS, ASSERTED, GAVE_UP), "bytes of shared memory"),
        ((ASSERTED, LACKS, GAVE_UP), "an assertion"),
        ((GAVE_UP, ASSERTED, ASSERTED), "gave up"),
        # What has nothing to do with its size is a fault, whatever the others are.
        ((REFUSED, FITS, FITS), "no such name"),
        ((LACKS, REFUSED, LACKS), "no such name"),
        ((FITS, REFUSED, REFUSED), None),
    ],
)
def test_an_autotuned_kernel_needs_one_configuration_that_fits(monkeypatch, results, message):
    by_block = dict(zip((128, 64, 256), results, strict=True))
    found, _ = decided(monkeypatch, lambda job: by_block[block(job)], function=launching(tuned))
    assert [message in each.got for each in found] == ([True] if message else [])


def test_other_configurations_are_built_only_where_the_launched_one_does_not_fit(monkeypatch):
    for result, blocks in ((FITS, [128]), (REFUSED, [128]), (LACKS, [128, 64, 256])):
        _, built = decided(monkeypatch, lambda job, r=result: r, function=launching(tuned))
        assert list(dict.fromkeys(built)) == [("sm_90", each, True) for each in blocks]


def test_a_kernel_that_is_not_tuned_has_nothing_in_its_place(monkeypatch):
    found, built = decided(monkeypatch, lambda job: LACKS)
    assert len(found) == len(built) == 1
