"""GPUs that kernels can be built for, by name. Imports neither torch nor Triton."""

from collections.abc import Iterable
from dataclasses import dataclass

from conformance.policy.nearest import did_you_mean

KIB = 1024


@dataclass(frozen=True)
class Gpu:
    """A GPU as the compiler sees it.

    ``vendor`` is what Triton calls it: ``cuda`` or ``hip``. ``shared`` is the largest number of
    bytes of shared memory that one program may have, ``warp`` the threads of a warp.
    """

    name: str
    vendor: str
    arch: int | str
    warp: int
    shared: int


def _nvidia(arch: int, shared: int) -> Gpu:
    return Gpu(f"sm_{arch}", "cuda", arch, 32, shared * KIB)


def _amd(arch: str, warp: int, shared: int) -> Gpu:
    return Gpu(arch, "hip", arch, warp, shared * KIB)


_NVIDIA = ((80, 163), (86, 99), (89, 99), (90, 227), (100, 227), (120, 99))
"""Compute capability, and KiB of shared memory per block: "Maximum amount of shared memory per
thread block" in the table of technical specifications of NVIDIA's CUDA C++ programming guide."""

_AMD = (
    ("gfx90a", 64, 64), ("gfx942", 64, 64), ("gfx950", 64, 160), ("gfx1100", 32, 64),
    ("gfx1201", 32, 64),
)  # fmt: skip
"""Architecture, threads of a wavefront, KiB of local data share per work-group: the table of
accelerator specifications in AMD's ROCm documentation."""

GPUS = {gpu.name: gpu for gpu in (*(_nvidia(*row) for row in _NVIDIA), *(_amd(*r) for r in _AMD))}


def gpu(name: str) -> Gpu:
    """The GPU of that name. Raises ``ValueError`` with the known ones and the nearest."""
    if name not in GPUS:
        hint = did_you_mean(name, GPUS)
        raise ValueError(f"no target {name!r}; known: {', '.join(GPUS)}{hint}")
    return GPUS[name]


def parse_targets(text: str) -> tuple[str, ...]:
    """The names in ``sm_80,gfx942``, each once. Raises ``ValueError`` for an unknown one."""
    names: Iterable[str] = (part.strip() for part in text.split(","))
    return tuple(dict.fromkeys(gpu(name).name for name in names))
