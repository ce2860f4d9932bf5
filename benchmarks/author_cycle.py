"""What the author of a kernel waits for: from a save to a verdict, with and without ``--watch``."""

import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, sleep

from benchmarks.row import Row

CONTRACT = """
from conformance.contract import (
    Axis, Budget, Contract, FloatArgument, LeadingAxes, Output, TensorArgument,
)


def _reference(x, weight, eps):
    mean = x.square().mean(-1, keepdim=True)
    return (x / (mean + eps).sqrt() * weight,)


NORM = Contract(
    name="my_norm",
    summary="x over its root mean square, times a weight",
    axes=(LeadingAxes("M", "rows"), Axis("N", "columns", usual=64, edges=(1, 7, 128, 1000))),
    arguments=(
        TensorArgument("x", ("*M", "N"), ("float32", "bfloat16"), "rows", strides="dense",
                       refused_by="callers"),
        TensorArgument("weight", ("N",), ("float32",), "a factor for each column",
                       strides="dense", refused_by="callers"),
        FloatArgument("eps", "what is added to the mean", 1e-6, refused_by="callers"),
    ),
    outputs=(Output("y", ("*M", "N"), "x", "x, normalised",
                    budget={"float32": Budget(1e-5, 1e-6, source="sums of 1000 terms in float32"),
                            "bfloat16": Budget(1e-2, 1e-2, source="one rounding")}),),
    reference=_reference,
)
"""
KERNEL = """
import torch
import triton
import triton.language as tl


@triton.jit
def _norm(x, weight, y, n, eps, BLOCK: tl.constexpr):
    column = tl.arange(0, BLOCK)
    place = tl.program_id(0) * n + column
    value = tl.load(x + place, mask=column < n, other=0.0).to(tl.float32)
    scale = 1.0 / tl.sqrt(tl.sum(value * value, axis=0) / n + eps)
    factor = tl.load(weight + column, mask=column < n, other=0.0)
    tl.store(y + place, value * scale * factor, mask=column < n)


def my_norm(x, weight, eps):
    y = torch.empty_like(x)
    n = x.shape[-1]
    rows = x.numel() // n if n else 0
    if rows:
        _norm[(rows,)](x, weight, y, n, eps, BLOCK=triton.next_power_of_2(n))
    return y
"""
CHECK = ["check", "contract.py:NORM", "--subject", "my_norm.py:my_norm", "--profile", "quick",
         "--no-store", "--seed", "1"]  # fmt: skip
RUNS = 3
PROMISED, PROMISED_WATCHING = 6.0, 2.0


@dataclass
class Told:
    """A command, and when it printed each line (seconds on this process's clock)."""

    process: subprocess.Popen[str]
    lines: list[tuple[float, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append((perf_counter(), line))

    def first_verdict(self, after: float = 0.0, seconds: float = 120.0) -> float:
        """When the first check behind ``load`` was told after a time."""
        return self.when(lambda line: _is_verdict(line), after, seconds)

    def when(self, holds, after: float = 0.0, seconds: float = 120.0) -> float:
        """When the first line that fits was printed after a time."""
        end = perf_counter() + seconds
        while perf_counter() < end:
            for time, line in list(self.lines):
                if time > after and holds(line):
                    return time
            sleep(0.005)
        raise RuntimeError(f"nothing was told: {self.lines[-5:]}")

    def end(self) -> int:
        self._reader.join(120)
        return self.process.wait(120)


def _is_verdict(line: str) -> bool:
    words = line.split()
    return len(words) > 1 and words[0] in ("PASS", "FAIL") and words[1] != "load"


def _start(folder: Path, *words: str) -> Told:
    command = [sys.executable, "-m", "conformance", *words]
    return Told(
        subprocess.Popen(command, cwd=folder, text=True, bufsize=1, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT)
    )  # fmt: skip


def _project(folder: Path) -> None:
    (folder / "contract.py").write_text(CONTRACT)
    (folder / "my_norm.py").write_text(KERNEL)


def _again(folder: Path) -> tuple[float, float, float, int]:
    """Seconds to the first verdict and to the end, CPU seconds, exit code."""
    before = _cpu()
    begin = perf_counter()
    told = _start(folder, *CHECK)
    first = told.first_verdict() - begin
    code = told.end()
    return first, perf_counter() - begin, _cpu() - before, code


def _watching(folder: Path) -> list[float]:
    """Seconds from each of several saves to the first verdict."""
    told = _start(folder, *CHECK, "--watch")
    found = []
    try:
        last = told.when(lambda line: "last verdict" in line)
        for number in range(RUNS):
            sleep(4.0)  # who writes takes longer than this
            begin = perf_counter()
            (folder / "my_norm.py").write_text(f"{KERNEL}\n# {number}\n")
            found.append(told.first_verdict(begin) - begin)
            last = told.when(lambda line: "last verdict" in line, last)
    finally:
        with suppress(ProcessLookupError):
            told.process.send_signal(signal.SIGINT)
        told.end()
    return found


def _cpu() -> float:
    """CPU seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _imports(*modules: str) -> float:
    """Seconds that a new Python takes to import modules, beyond those before the last."""
    code = (
        "import importlib, sys, time\n"
        "*first, last = sys.argv[1:]\n"
        "[importlib.import_module(name) for name in first]\n"
        "begin = time.perf_counter()\n"
        "importlib.import_module(last)\n"
        "print(time.perf_counter() - begin)\n"
    )
    runs = [
        float(subprocess.check_output([sys.executable, "-c", code, *modules], text=True))
        for _ in range(RUNS)
    ]
    return statistics.median(runs)


def rows() -> list[Row]:
    """An author's kernel in a file of its own, its contract in another, and what starting takes."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _project(folder)
        again = [_again(folder) for _ in range(RUNS)]
        watching = _watching(folder)
    first, whole, cpu = (statistics.median(run[i] for run in again) for i in range(3))
    codes = {run[3] for run in again}
    saved = statistics.median(watching)
    return [
        Row("edit and check again, a Triton kernel, quick: first verdict", f"<= {PROMISED:g} s",
            f"{first:.1f} s, exit code {', '.join(map(str, sorted(codes)))}",
            first <= PROMISED and codes == {0}),
        Row("… whole run, wall and CPU", "told", f"{whole:.1f} s, {cpu:.1f} CPU s", None),
        Row("… under --watch: save to first verdict", f"<= {PROMISED_WATCHING:g} s",
            f"{saved:.2f} s (of {', '.join(f'{each:.2f}' for each in watching)})",
            saved <= PROMISED_WATCHING),
        Row("cold start: torch", "told", f"{_imports('torch'):.2f} s", None),
        Row("cold start: what the judge needs besides", "told",
            f"{_imports('torch', 'conformance.asking.judge_process'):.2f} s", None),
        Row("cold start: what subjects need besides", "told",
            f"{_imports('torch', 'conformance.serving.process'):.2f} s", None),
        Row("cold start: the front", "told",
            f"{_imports('sys', 'conformance.cli.commands.check'):.2f} s", None),
    ]  # fmt: skip
