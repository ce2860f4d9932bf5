"""How much a quick run on a GPU has to compile, counted without one."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from conformance_kernels.gemma4_routing import triton_route
from conformance_kernels.rbln_attention.implementations import (
    triton_paged,
    triton_splits,
    triton_window,
)
from conformance_kernels.rbln_attention.launch_shapes import Processor

from benchmarks.row import Row
from conformance.asking.ahead import compile_ahead
from conformance.catalogue.objects import load_object
from conformance.catalogue.operators import find_operator, members
from conformance.checks import CHECKS, DEVICE_CHECKS
from conformance.execution.bench import Bench
from conformance.execution.cpu import LockstepCPU
from conformance.policy.profiles import profile
from conformance.triton_compiler import Signature, key_of

ARCHITECTURE, WARP = "sm_90", 32
H200 = Processor("NVIDIA H200", ARCHITECTURE, 132)
FAMILIES = ("gemma4_routing", "rbln_attention")
SEED = 1


def rows() -> list[Row]:
    """A row for each operator, and one for what the operators of a family share."""
    found: list[Row] = []
    for family in FAMILIES:
        keys = {name: _signatures(name) for name in members(family)}
        found += [_row(name, str(len(own))) for name, own in keys.items()]
        if len(keys) > 1:
            asked, different = sum(map(len, keys.values())), len(set().union(*keys.values()))
            found.append(_row(f"all of {family}", f"{different} different ones, {asked} in all"))
    return found


def _row(what: str, measured: str) -> Row:
    return Row(
        f"signatures of a quick run, {ARCHITECTURE}, seed {SEED}: {what}", "–", measured, None
    )


def _signatures(name: str) -> set[str]:
    """A key for each signature that the checks of a quick run launch on an H200."""
    operator = find_operator(name)
    device = LockstepCPU()
    device.compiles = True  # type: ignore[attr-defined]
    function = load_object(operator.subjects["triton"])
    bench = Bench(operator.contract, function, device, profile("quick"))
    with _shaped_for_a_gpu(), patch.object(device.builder, "ahead", lambda *words: 0):
        compile_ahead(bench, (*CHECKS, *DEVICE_CHECKS), profile("quick"), SEED)
    signatures = [each.of["cuda"] for each in device.launched.all()]
    arch = int(ARCHITECTURE.removeprefix("sm_"))
    return {
        f"{each.kernel.fn.__qualname__} {key_of(each, 'cuda', arch, WARP)}"
        for each in signatures
        if isinstance(each, Signature)
    }


@contextmanager
def _shaped_for_a_gpu() -> Iterator[None]:
    """Meanwhile our kernels are launched with the shapes that they have on an H200."""
    with ExitStack() as stack:
        enter = stack.enter_context
        enter(patch.object(triton_route, "architecture", lambda device: ARCHITECTURE))
        for module in (triton_paged, triton_splits, triton_window):
            enter(patch.object(module, "processor_of", lambda device: H200))
        yield
