"""What a built kernel needs, whether a GPU has that, and what an autotuner may drop for it."""

import pytest

from conformance.events.needs import KernelNeeds
from conformance.targets.build import Refusal
from conformance.targets.gpus import gpu
from conformance.targets.launched import Launched, LaunchLog
from conformance.targets.needs import needs_of, too_much
from conformance.triton_compiler import Needs

from .made_up import double, other

SMALL, LARGE = gpu("gfx942"), gpu("sm_90")
NAMES = ("tests.targets.made_up.double", "tests.targets.made_up.other")


@pytest.mark.parametrize("target", [SMALL, LARGE])
def test_a_gpu_has_as_much_shared_memory_as_it_has(target):
    assert too_much(Needs(shared=target.shared), target) == ""
    assert too_much(Needs(shared=target.shared + 1), target) == (
        f"it needs {target.shared + 1} bytes of shared memory, {target.name} has {target.shared}"
    )


def test_there_are_512_columns_of_tensor_memory():
    assert too_much(Needs(tensor_memory=512), LARGE) == ""
    assert too_much(Needs(tensor_memory=513), LARGE) == (
        "it needs 513 columns of tensor memory, sm_90 has 512"
    )
    both = Needs(shared=LARGE.shared + 1, tensor_memory=513)
    assert "bytes of shared memory" in too_much(both, LARGE)


def test_registers_and_spills_are_never_too_much():
    assert too_much(Needs(registers=255, spills=10_000), SMALL, tuned=True) == ""


@pytest.mark.parametrize(
    ("refusal", "dropped"),
    [
        (Refusal("frontend", "no such name"), ""),
        (Refusal("launch", "no such argument"), ""),
        (Refusal("ttgir", "does not lower"), ""),
        (Refusal("", "died of SIGSEGV"), ""),
        (Refusal("frontend", "an assertion", assertion=True), "an assertion"),
        (Refusal("cubin", "gave up"), "gave up"),
        (Refusal("cubin", "gave up", assertion=True), "gave up"),
    ],
)
def test_a_refusal_is_a_matter_of_size_to_an_autotuner_alone(refusal, dropped):
    assert too_much(refusal, LARGE, tuned=True) == dropped
    assert too_much(refusal, LARGE, tuned=False) == too_much(refusal, LARGE) == ""


def test_an_autotuner_drops_what_needs_too_much():
    needs = Needs(shared=SMALL.shared + 1)
    assert too_much(needs, SMALL, tuned=True) == too_much(needs, SMALL) != ""


def needed(*built):
    """What is told of builds: kernel, GPU, whether down to the binary, result."""
    log, plan = LaunchLog(), []
    for kernel, target, whole, result in built:
        launched = Launched(kernel, {})
        log.built[id(launched), target.name] = result
        plan.append((launched, target, whole))
    return needs_of(log, plan)


def test_the_most_of_each_is_told_of_all_that_were_built():
    assert needed(
        (double, LARGE, True, Needs(registers=10, spills=3, shared=100)),
        (double, LARGE, True, Needs(registers=30, spills=1, shared=200)),
        (double, LARGE, True, Needs(registers=20, spills=2, shared=50)),
    ) == (KernelNeeds(NAMES[0], "sm_90", 3, 3, 30, 3, 200),)


def test_kernels_and_gpus_are_told_apart_in_their_order():
    assert needed(
        (other, LARGE, True, Needs(1, 2, 3)),
        (double, SMALL, True, Needs(4, 5, 6)),
        (double, LARGE, True, Needs(7, 8, 9)),
        (other, LARGE, True, Needs(10, 0, 0)),
    ) == (
        KernelNeeds(NAMES[1], "sm_90", 2, 2, 10, 2, 3),
        KernelNeeds(NAMES[0], "gfx942", 1, 1, 4, 5, 6),
        KernelNeeds(NAMES[0], "sm_90", 1, 1, 7, 8, 9),
    )


def test_what_was_refused_or_not_built_to_the_end_counts_as_asked_alone():
    assert needed(
        (double, LARGE, True, Needs(1, 2, 3)),
        (double, LARGE, False, Needs(4, 5, 6)),
        (double, LARGE, True, Refusal("cubin", "gave up")),
        (double, LARGE, False, Refusal("frontend", "no such name")),
    ) == (KernelNeeds(NAMES[0], "sm_90", 4, 1, 1, 2, 3),)


def test_a_kernel_of_which_nothing_was_built_needs_nothing_that_is_known():
    assert needed((double, LARGE, False, Needs(4, 5, 6))) == (
        KernelNeeds(NAMES[0], "sm_90", 1, 0, 0, 0, 0),
    )
    assert needed() == ()
