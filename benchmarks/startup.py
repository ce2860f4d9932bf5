"""What a user waits for."""

import statistics
import subprocess
import sys
from time import perf_counter

from benchmarks.command import check
from benchmarks.row import Row


def _help() -> float:
    begin = perf_counter()
    subprocess.run(
        [sys.executable, "-m", "conformance", "--help"], check=True, stdout=subprocess.DEVNULL
    )
    return perf_counter() - begin


def rows() -> list[Row]:
    """The gate from process start, and the help page."""
    seconds = statistics.median(_help() for _ in range(5))
    gate = check()
    return [
        Row("conformance --help", "<= 1 s", f"{seconds:.2f} s", seconds <= 1),
        Row(
            "conformance check gemma4_routing, gate profile, from process start",
            "<= 60 s on 2 cores",
            f"{gate.seconds:.1f} s, exit code {gate.code}",
            gate.code == 0 and gate.seconds <= 60,
        ),
    ]
