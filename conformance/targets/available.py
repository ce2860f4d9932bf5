"""Which GPUs the installed Triton builds for at all."""

from collections.abc import Sequence
from functools import cache

import triton
import triton.language as tl

from conformance.targets.build import Job, Refusal, build_all
from conformance.targets.gpus import Gpu
from conformance.triton_compiler import Signature, has_backend


@triton.jit
def _copy(source, target):
    tl.store(target, tl.load(source))


def unavailable(gpus: Sequence[Gpu]) -> dict[str, str]:
    """The GPUs for which not even a copy of one number can be built, and why.

    Without this, a release of Triton that is older than a GPU, or lacks an assembler, would look
    like a fault of the kernel.
    """
    found = {each.name: _problem(each) for each in gpus}
    return {name: problem for name, problem in found.items() if problem}


@cache
def _problem(gpu: Gpu) -> str:
    if not has_backend(gpu.vendor, gpu.arch, gpu.warp):
        return f"Triton {triton.__version__} has no compiler for {gpu.vendor}"
    types = {"source": "*fp32", "target": "*fp32"}
    (result,) = build_all([Job(Signature(_copy, types, {}, {}, {}), gpu, True)])
    return f"Triton {triton.__version__}: {result.message}" if isinstance(result, Refusal) else ""
