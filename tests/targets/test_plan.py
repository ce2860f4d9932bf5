"""Which signatures the check builds asks the compiler for, and what it tells of them."""

import pytest

from conformance.events.needs import KernelNeeds
from conformance.events.verdict import NoRoom, NotSupported
from conformance.execution.bench import Bench
from conformance.triton_compiler import Needs

from .made_up import CHECK, CONTRACT, Compiler, bench, block, case, double, launching, other

A, B, C = (64, "*fp32"), (32, "*fp32"), (16, "*fp16")
CASES = [case(64), case(32), case(16, "float16")]
TARGETS = ("sm_90", "sm_80", "gfx942")


def gathered(ground, cases=CASES):
    """What comes of the cases, and the cases that were worked on, with their numbers."""
    heard = []
    return CHECK.gathered(ground, cases, lambda *each: heard.append(each)), heard


def whole(compiler):
    """The block and type of what went down to the binary, and of what did not, by target."""
    return {
        name: {
            deep: [
                (block(job), job.signature.types["x"])
                for job in compiler.jobs
                if job.gpu.name == name and job.whole is deep
            ]
            for deep in (True, False)
        }
        for name in dict.fromkeys(job.gpu.name for job in compiler.jobs)
    }


def test_some_binaries_hold_each_type_and_further_targets_of_a_vendor_those_of_pointers(
    monkeypatch,
):
    compiler = Compiler().used(monkeypatch)
    # With FLAG False at 32 all but the block of 64 hold something of their own.
    gathered(bench(launching(flags=(32,)), TARGETS), [*CASES, case(48)])
    assert whole(compiler) == {
        "sm_90": {True: [A, B, C], False: []},
        "sm_80": {True: [A, C], False: []},
        "gfx942": {True: [A, B, C], False: []},
    }


def test_what_others_stand_for_is_asked_as_far_as_the_frontend_for_the_first_target(monkeypatch):
    compiler = Compiler().used(monkeypatch)
    gathered(bench(launching(), TARGETS))
    assert whole(compiler) == {
        "sm_90": {True: [A, C], False: [B]},
        "sm_80": {True: [A, C], False: []},
        "gfx942": {True: [A, C], False: []},
    }


def test_without_binaries_nothing_goes_further_than_the_frontend(monkeypatch):
    compiler = Compiler().used(monkeypatch)
    gathered(bench(launching(), TARGETS, "none"))
    assert whole(compiler) == {
        "sm_90": {True: [], False: [A, B, C]},
        "sm_80": {True: [], False: [A, C]},
        "gfx942": {True: [], False: [A, C]},
    }


def test_all_binaries_are_those_of_every_signature_for_every_target(monkeypatch):
    compiler = Compiler().used(monkeypatch)
    gathered(bench(launching(), TARGETS, "all"))
    assert whole(compiler) == {name: {True: [A, B, C], False: []} for name in TARGETS}


def test_kernels_do_not_stand_for_each_other(monkeypatch):
    compiler = Compiler().used(monkeypatch)

    def both(x):
        return launching(double)(x) if len(x) > 32 else launching(other)(x)

    gathered(bench(both))
    built = {(job.signature.kernel.__name__, block(job)) for job in compiler.jobs if job.whole}
    assert built == {("double", 64), ("other", 32), ("other", 16)}


def test_what_triton_refuses_at_the_launch_is_asked_for_each_target(monkeypatch):
    compiler = Compiler().used(monkeypatch)
    ground = bench(launching(), TARGETS)
    for each in CASES:
        ground.rehearse(each)
    (launched,) = ground.device.launched.of_case(str(case(32)))
    launched.of = {vendor: TypeError("no such argument") for vendor in launched.of}
    found, _ = gathered(ground)
    refused = [job for job in compiler.jobs if isinstance(job.signature, TypeError)]
    assert [(job.gpu.name, job.whole) for job in refused] == [(name, True) for name in TARGETS]
    findings = [each for asked in found.cases for each in CHECK.decide(ground, asked)]
    assert {each.message for each in findings} == {
        f"Triton's compiler refuses it for {name}" for name in TARGETS
    }
    assert {each.got for each in findings} == {"no such argument"}


def test_there_is_a_case_for_each_build_and_each_is_heard_with_its_number(monkeypatch):
    Compiler().used(monkeypatch)
    found, heard = gathered(bench(launching(), ("sm_90", "gfx942")))
    first, other = {"gpu": "sm_90"}, {"gpu": "gfx942"}
    wanted = [
        case(64, **first), case(32, **first), case(16, "float16", **first),
        case(64, **other), case(16, "float16", **other),
    ]  # fmt: skip
    assert found.cases == wanted
    assert heard == [(each, number) for number, each in enumerate(wanted, 1)]
    assert found.reason == ""


def test_a_signature_is_built_once_however_many_cases_launch_it(monkeypatch):
    compiler = Compiler().used(monkeypatch)
    found, _ = gathered(bench(launching()), [case(64), case(64), case(48), case(32)])
    assert [block(job) for job in compiler.jobs] == [64, 32]
    assert found.cases == [case(64, gpu="sm_90"), case(32, gpu="sm_90")]


def test_a_case_that_launches_two_kernels_is_one_case_of_two_builds(monkeypatch):
    Compiler().used(monkeypatch)

    def both(x):
        return launching(double)(launching(other)(x) / 2)

    found, heard = gathered(bench(both), [case(64)])
    assert found.cases == [case(64, gpu="sm_90")]
    assert heard == [(case(64, gpu="sm_90"), 1), (case(64, gpu="sm_90"), 2)]


def test_what_other_checks_launched_is_asked_as_well(monkeypatch):
    compiler = Compiler().used(monkeypatch)
    ground = bench(launching())
    ground.run(case(128))
    found, _ = gathered(ground, [case(64)])
    assert {block(job) for job in compiler.jobs} == {128, 64}
    assert set(found.cases) == {case(128, gpu="sm_90"), case(64, gpu="sm_90")}


def test_what_every_kernel_needs_is_told_for_each_target(monkeypatch):
    Compiler(lambda job: Needs(registers=block(job), shared=2 * block(job))).used(monkeypatch)
    found, _ = gathered(bench(launching(), TARGETS))
    name = "tests.targets.made_up.double"
    assert found.needs == (
        KernelNeeds(name, "sm_90", 3, 2, 64, 0, 128),
        KernelNeeds(name, "sm_80", 2, 2, 64, 0, 128),
        KernelNeeds(name, "gfx942", 2, 2, 64, 0, 128),
    )


def test_a_target_that_is_not_there_is_told_and_the_others_are_asked(monkeypatch):
    compiler = Compiler().used(monkeypatch, missing=("sm_90", "gfx942"))
    found, _ = gathered(bench(launching(), TARGETS))
    assert found.reason == "not built for sm_90: not there; not built for gfx942: not there"
    assert {job.gpu.name for job in compiler.jobs} == {"sm_80"}


def test_without_any_target_nothing_is_asked(monkeypatch):
    Compiler().used(monkeypatch, missing=TARGETS)
    with pytest.raises(NotSupported) as raised:
        gathered(bench(launching(), TARGETS[:2]))
    assert str(raised.value) == "sm_90: not there; sm_80: not there"


def test_a_subject_without_compiled_kernels_is_told_why(monkeypatch):
    Compiler().used(monkeypatch)
    ground = bench(lambda x: x * 2)
    with pytest.raises(NotSupported) as raised:
        gathered(ground)
    assert str(raised.value) == "it launches no Triton kernel"
    ground.device.launched.uncompiled = True
    with pytest.raises(NotSupported) as raised:
        gathered(ground)
    assert str(raised.value) == "its kernels are interpreted (TRITON_INTERPRET): none is compiled"


def test_a_case_without_room_launches_nothing_and_the_others_are_asked(monkeypatch):
    compiler = Compiler().used(monkeypatch)
    rehearse = Bench.rehearse

    def short(self, asked):
        if asked.axes["N"] == 32:
            raise NoRoom("no memory")
        return rehearse(self, asked)

    monkeypatch.setattr(Bench, "rehearse", short)
    gathered(bench(launching()))
    assert {block(job) for job in compiler.jobs} == {64, 16}


def test_a_case_of_an_unknown_target_is_none_of_the_check_s():
    assert CHECK.misfit(CONTRACT, case()) is None
    assert CHECK.misfit(CONTRACT, case(gpu="gfx942")) is None
    assert CHECK.misfit(CONTRACT, case(gpu="sm_17")) == "sm_17 is no target that is known"
