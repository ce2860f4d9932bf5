"""``conformance new``: how long until the first verdict, and how much another operator changes."""

import os
import subprocess
import sys
import tempfile
from difflib import unified_diff
from pathlib import Path
from time import perf_counter

from benchmarks.row import Row
from conformance.templates.rendering import of_operator

CHANGED = Path(__file__).parents[1] / "tests" / "new" / "changed"


def rows() -> list[Row]:
    """The first verdict from process start, and the lines of ``rms_norm(x, weight, eps)``."""
    return [_first_verdict(), _changed()]


def _first_verdict() -> Row:
    with tempfile.TemporaryDirectory() as folder:
        begin = perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "conformance", "new", "my_norm"],
            cwd=folder, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        seconds = perf_counter() - begin
    load = os.getloadavg()[0]
    verdict = next((line for line in done.stdout.splitlines() if "conformant: " in line), "none")
    return Row(
        "conformance new my_norm, to the first verdict", "one command, <= 30 s",
        f"{seconds:.1f} s (load {load:.0f}), exit code {done.returncode}, {verdict}",
        done.returncode == 0 and verdict.startswith("conformant") and seconds <= 30,
    )  # fmt: skip


def _changed() -> Row:
    begun, files, lines = of_operator("norm", "rms_norm"), 0, 0
    for path in CHANGED.glob("*.py"):
        changed = list(unified_diff(begun[path.name].splitlines(), path.read_text().splitlines()))
        files += bool(changed)
        lines += sum(line[0] in "+-" for line in changed[2:])
    return Row(
        "the operator changed into rms_norm(x, weight, eps): lines taken out and put in",
        "<= 60 in <= 2 files", f"{lines} in {files} files", 0 < lines <= 60 and files <= 2,
    )  # fmt: skip
