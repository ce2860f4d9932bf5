"""What a kernel needs of a GPU, as a compiler says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class KernelNeeds:
    """The most that any build of a kernel for one GPU needs.

    ``signatures`` counts those that the compiler was asked for, ``binaries`` those that were built
    down to the binary; ``registers`` and ``spills`` are 32-bit registers per thread, ``shared`` is
    in bytes per program.
    """

    kernel: str
    gpu: str
    signatures: int
    binaries: int
    registers: int = 0
    spills: int = 0
    shared: int = 0
