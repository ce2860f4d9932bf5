"""SIGKILL at random moments to the processes of a run: nothing wrong is said, nothing is left."""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep, time
from typing import Any

import psutil

from benchmarks.row import Row

ROLES = ("front", "zygote", "judge", "subject")
MARK = "CONFORMANCE_KILLS"
"""The variable by which processes are found that a run has left."""
_CHECKS = ("values", "ties", "special", "purity", "repetition")
_END_SECONDS = 60.0


@dataclass(frozen=True)
class Killed:
    """What came of one run. ``wrong`` says what must not be, empty if nothing."""

    role: str
    code: int
    wrong: str


def rows(kills: int, jobs: int) -> list[Row]:
    """``kills`` runs on the repository's own torch route, which is right; draws are seeded."""
    moments = random.Random(1)
    plan = [(ROLES[n % len(ROLES)], moments.uniform(0.0, 6.0), n) for n in range(kills)]
    with ThreadPoolExecutor(jobs) as pool:
        found = list(pool.map(lambda one: _told(*one), plan))
    wrong = [killed for killed in found if killed.wrong]
    codes = Counter(f"{killed.role} {killed.code}" for killed in found)
    print(f"  exit codes: {dict(sorted(codes.items()))}", file=sys.stderr)
    return [
        Row(
            f"{kills} SIGKILLs at random moments to front, zygote, judge and subject",
            "no PASS, no FAIL, reports valid, no process left",
            f"{len(wrong)} wrong",
            not wrong,
        )
    ]


def _told(role: str, moment: float, number: int) -> Killed:
    killed = kill(role, moment, number)
    if killed.wrong:
        print(f"  {number}: {role} after {moment:.2f} s: {killed.wrong}", file=sys.stderr)
    return killed


def kill(role: str, moment: float, number: int) -> Killed:
    """Start a run, end one of its processes ``moment`` seconds later, see what comes of it.

    A process that is not there yet is waited for; one that is gone is not ended any more.
    """
    with tempfile.TemporaryDirectory() as folder:
        log, mark = Path(folder) / "log.json", f"{os.getpid()}-{number}"
        front = subprocess.Popen(
            [sys.executable, "-m", "conformance", "check", "gemma4_routing", "--subject", "torch",
             "--profile", "quick", "--no-store", "--seed", str(number), "--json", str(log),
             *(word for check in _CHECKS for word in ("--check", check))],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, MARK: mark},
        )  # fmt: skip
        sleep(moment)
        when = _end(front, role)
        try:
            code = front.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            front.kill()
            return Killed(role, front.wait(), "the front goes on")
        wrong = _wrong(code, log, when) or _left(mark)
        return Killed(role, code, wrong)


def _end(front: "subprocess.Popen[bytes]", role: str) -> float | None:
    """When the process of that role was ended; None if there was none any more."""
    while front.poll() is None:
        process = _process(front.pid, role)
        if process is not None:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
                return time()
        sleep(0.005)
    return None


def _process(front: int, role: str) -> int | None:
    if role == "front":
        return front
    with suppress(psutil.Error, ProcessLookupError):
        zygote = next(
            (c for c in psutil.Process(front).children() if "zygote" in " ".join(c.cmdline())),
            None,
        )
        if zygote is None or role == "zygote":
            return zygote and zygote.pid
        for child in zygote.children():
            # A subject leads a session of its own.
            if (os.getsid(child.pid) == child.pid) is (role == "subject"):
                return child.pid
    return None


def _wrong(code: int, log: Path, when: float | None) -> str:
    document: dict[str, Any] = {"events": []}
    if log.exists():
        try:
            document = json.loads(log.read_text())
        except ValueError as error:
            return f"the log is no JSON: {error}"
    failed = [e for e in document["events"] if e.get("verdict") == "FAIL"]
    if code == 1 or failed:
        return f"FAIL of a right subject: {failed[:1]}"
    finished = [e["time"] for e in document["events"] if e["event"] == "CheckFinished"]
    if code == 0 and when is not None and len(finished) != len(_CHECKS) + 1:
        return "PASS without every verdict"
    if code == 0 and when is not None:
        last = datetime.fromisoformat(finished[-1]).astimezone(UTC).timestamp()
        if when < last - 0.1:
            return f"PASS, ended {last - when:.2f} s before the last verdict"
    return ""


def _left(mark: str) -> str:
    """Processes that the run has left, some time after its end."""
    end = monotonic() + 10.0
    while monotonic() < end:
        left = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get(MARK) == mark and process.status() != "zombie":
                    left.append(f"{process.pid} {' '.join(process.cmdline())[:80]}")
        if not left:
            return ""
        sleep(0.1)
    return f"left: {', '.join(left)}"
