"""What a user waits for."""

import statistics
import subprocess
import sys
from time import perf_counter

from benchmarks.command import check
from benchmarks.row import Row

TEXTS: dict[str, tuple[float, int]] = {
    "--help": (0.1, 0),
    "list": (0.5, 0),
    "explain ties": (0.5, 0),
    "describe gemma4_routing": (0.5, 0),
    "describe rbln_attention": (0.5, 0),
    "describe gemma4_routng": (0.5, 2),
    "check gemma4_routng": (0.5, 2),
    "new my-norm": (0.5, 2),
    "new --list": (0.5, 0),
    "check gemma4_routing --subject trtion": (0.5, 2),
    "check gemma4_routing --check vlaues": (0.5, 2),
    "check gemma4_routing --device cdua": (0.5, 2),
}
"""Commands that only show a text, or tell a typo: the seconds promised and the exit code."""


def _run(words: str) -> tuple[float, int]:
    """Seconds from process start to its end, and the exit code."""
    begin = perf_counter()
    command = [sys.executable, "-m", "conformance", *words.split()]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return perf_counter() - begin, done.returncode


def _text(words: str, promised: float, code: int) -> Row:
    runs = [_run(words) for _ in range(5)]
    seconds = statistics.median(seconds for seconds, _ in runs)
    codes = {found for _, found in runs}
    kept = seconds <= promised and codes == {code}
    measured = f"{seconds:.2f} s, exit code {', '.join(map(str, sorted(codes)))}"
    return Row(f"conformance {words}", f"<= {promised} s", measured, kept)


def rows() -> list[Row]:
    """What only shows a text, and the gate from process start."""
    texts = [_text(words, *promised) for words, promised in TEXTS.items()]
    gate = check()
    return [
        *texts,
        Row(
            "conformance check gemma4_routing, gate profile, from process start",
            "<= 30 s on 2 cores",
            f"{gate.seconds:.1f} s, exit code {gate.code}",
            gate.code == 0 and gate.seconds <= 30,
        ),
    ]
