"""Running the command ``conformance`` as a user does."""

import subprocess
import sys

COMMAND = [sys.executable, "-m", "conformance"]
QUICK = ["--profile", "quick", "--check", "values", "--no-store"]

DOUBLED = """
from conformance_kernels.gemma4_routing.torch_route import route_torch
def route(gating, topk, scale):
    weights, ids = route_torch(gating, topk, scale)
    return weights * 2, ids
"""


def conformance(*words, **options):
    """What came of the command in a process of its own."""
    return subprocess.run(
        [*COMMAND, *map(str, words)], capture_output=True, text=True, timeout=120, **options
    )
