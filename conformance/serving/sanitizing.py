"""A call in a fresh process, under a tool that watches what it does with memory."""

import json
import os
import shutil
import subprocess
import sys
from typing import Any

from conformance.execution.ways.names import Way

PROGRAM = "compute-sanitizer"
LONGEST = 200_000
"""Characters of a report that are kept: what comes first is what the rest follows from."""

Order = dict[str, Any]


def ways_of(device: Any) -> tuple[Way, ...]:
    """The ways in which the subject can be called here, beside the plain call."""
    ways = getattr(device, "ways", None)
    if ways is None:
        return ()
    watched = device.torch_device.startswith("cuda") and shutil.which(PROGRAM) is not None
    return (*ways.names, Way.SANITIZED) if watched else tuple(ways.names)


def sanitized(named: Order, tool: str, case: str, seconds: float) -> Order:
    """The exit code and the report of one case, whose subject ``named`` says as an order does.

    The code is -1 if the process took longer than ``seconds``. Each launch is waited for, so that
    reports tell the kernel, and each tensor has memory of the driver's own: in torch's cache an
    access beyond a tensor would lie in another one, and memory that is taken again was written.
    """
    command = [PROGRAM, "--tool", tool, "--print-limit", "20", sys.executable, "-m"]
    told = {key: named[key] for key in ("operator", "subject", "device", "imports", "settings")}
    more = {"CUDA_LAUNCH_BLOCKING": "1", "PYTORCH_NO_CUDA_MEMORY_CACHING": "1"}
    surroundings = {**os.environ, **more}
    try:
        done = subprocess.run(
            [*command, "conformance.serving.one_call", json.dumps(told), case],
            env=surroundings, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", timeout=seconds,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"code": -1, "report": f"no end after {seconds:g} s"}
    return {"code": done.returncode, "report": done.stdout[:LONGEST]}
