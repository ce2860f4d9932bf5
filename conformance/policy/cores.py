"""How many processors there are to use."""

import os

COMPILER_BYTES = 1 << 28
"""Memory that a process which runs Triton's compiler takes for itself; Triton 3.9 takes 0.13 to
0.18 GiB for kernels of attention on sm_90."""


def cores() -> int:
    """Processors that this process may use: a container or ``taskset`` may leave it fewer."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def compilers(memory: int) -> int:
    """How many processes may compile beside a subject, which may take ``memory`` bytes with them.

    One for each processor, as far as half of the memory suffices.
    """
    return max(1, min(cores(), memory // (2 * COMPILER_BYTES)))
