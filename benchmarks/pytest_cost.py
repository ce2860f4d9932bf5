"""What the plugin costs: where nobody uses it, and for a check against the command line."""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from benchmarks.row import Row

UNUSED = 0.050
"""Seconds that the plugin may take where nobody uses it."""
FACTOR = 1.2
"""Times what the command line takes."""
PAIRS = 15
RUNS = 5
OPERATOR = "silu_and_mul"


@dataclass(frozen=True)
class Took:
    """Seconds of one process with all that it started."""

    wall: float
    cpu: float


def _took(folder: Path, *words: str) -> Took:
    """Run Python with these words. Raises ``RuntimeError`` if it fails."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True
    )
    wall, after = perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(wall, cpu)


def _unused(folder: Path) -> Row:
    """An empty test with and without the plugin, in turns."""
    (folder / "test_empty.py").write_text("def test_empty():\n    pass\n")
    words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "test_empty.py")
    without = (*words, "-p", "no:conformance")
    _took(folder, *words), _took(folder, *without)  # writes what is compiled
    pairs = [(_took(folder, *words), _took(folder, *without)) for _ in range(PAIRS)]
    wall = statistics.median(one.wall - other.wall for one, other in pairs)
    cpu = statistics.median(one.cpu - other.cpu for one, other in pairs)
    measured = f"{wall * 1000:.0f} ms, {cpu * 1000:.0f} ms CPU (median of {PAIRS} pairs)"
    what = "pytest with the plugin installed and unused, against none"
    return Row(what, f"<= {UNUSED * 1000:.0f} ms", measured, max(wall, cpu) <= UNUSED)


def _check(folder: Path) -> list[Row]:
    """Two checks through pytest and through the command line, in turns.

    Hypothesis brings a plugin of its own, which imports all of Hypothesis at the end of every
    session of pytest, whatever runs in it: the sessions are measured without it, and the row of the
    sessions with it says what it adds.
    """
    checks = ("values", "bounds")
    command = ["-m", "conformance", "check", OPERATOR, "--profile", "quick", "--no-store"]
    command += ["--seed", "1", *(word for check in checks for word in ("--check", check))]
    through = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--conformance-profile", "quick"]
    through += ["--conformance-seed", "1"]
    through += [f"conformance::{OPERATOR}::{check}" for check in checks]
    alone = [*through, "-p", "no:hypothesispytest"]
    turns = (alone, command, through)
    for words in turns:
        _took(folder, *words)
    took = [[_took(folder, *words) for words in turns] for _ in range(RUNS)]
    rows = []
    for name in ("wall", "cpu"):
        own, line, beside = (
            statistics.median(getattr(each[turn], name) for each in took) for turn in range(3)
        )
        what = f"two checks of {OPERATOR} through pytest against the command line, {name}"
        measured = f"{own / line:.2f} times ({own:.1f} s against {line:.1f} s)"
        rows.append(Row(what, f"<= {FACTOR} times", measured, own / line <= FACTOR))
        measured = f"{beside / line:.2f} times ({beside:.1f} s)"
        rows.append(Row("... with the plugin that Hypothesis brings", "told", measured, None))
    return rows


def rows() -> list[Row]:
    """Both, in an empty folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [_unused(folder), *_check(folder)]
