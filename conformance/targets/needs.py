"""What built kernels need of a GPU, and whether it has that."""

from collections.abc import Iterable

from conformance.events.needs import KernelNeeds
from conformance.targets.build import Refusal, Result
from conformance.targets.gpus import Gpu
from conformance.targets.launched import Launched, LaunchLog
from conformance.triton_compiler import Needs, qualified_name

TENSOR_MEMORY = 512
"""Columns of tensor memory of sm_100 (PTX ISA, Tensor Memory)."""


def too_much(result: Result, gpu: Gpu, tuned: bool = False) -> str:
    """What a built kernel needs more of than the GPU has; empty if it fits.

    ``tuned`` counts whatever lets an autotuner drop a configuration: a kernel's own assertion and
    an assembler that gives up as well.
    """
    if isinstance(result, Refusal):
        return result.message if tuned and (result.assertion or result.step == "cubin") else ""
    for what, needed, there in (
        ("bytes of shared memory", result.shared, gpu.shared),
        ("columns of tensor memory", result.tensor_memory, TENSOR_MEMORY),
    ):
        if needed > there:
            return f"it needs {needed} {what}, {gpu.name} has {there}"
    return ""


def needs_of(log: LaunchLog, plan: Iterable[tuple[Launched, Gpu, bool]]) -> tuple[KernelNeeds, ...]:
    """For each kernel and GPU: how many signatures were asked and built, and the most of each."""
    found: dict[tuple[str, str], list[tuple[bool, Result]]] = {}
    for launched, gpu, whole in plan:
        key = qualified_name(launched.kernel), gpu.name
        found.setdefault(key, []).append((whole, log.built[id(launched), gpu.name]))
    needs = []
    for (kernel, name), results in found.items():
        built = [r for whole, r in results if whole and isinstance(r, Needs)]
        needs.append(
            KernelNeeds(
                kernel,
                name,
                len(results),
                len(built),
                max((r.registers for r in built), default=0),
                max((r.spills for r in built), default=0),
                max((r.shared for r in built), default=0),
            )
        )
    return tuple(needs)
