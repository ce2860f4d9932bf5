"""How many processors there are to use."""

import os


def cores() -> int:
    """Processors that this process may use: a container or ``taskset`` may leave it fewer."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
