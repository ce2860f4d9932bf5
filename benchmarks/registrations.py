"""What released packages register: a verdict for every operator, and does every failure replay?

Each release is asked by ``conformance registrations`` in a process of its own. Of every distinct
finding one case is replayed with the command that the report prints.
"""

import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from conformance_kernels.rbln_attention.releases.released import DISTRIBUTION, VERSIONS

from benchmarks.registration_log import Log, Told, read_log
from benchmarks.row import Row

RELEASES = (
    *(f"{DISTRIBUTION}=={version}" for version in VERSIONS),
    "vllm==0.30.0", "vllm==0.32.0", "liger-kernel==0.8.5", "flag-gems==5.0.2",
    "conformance_kernels",
)  # fmt: skip
SECONDS, REPLAY_SECONDS = 3600.0, 300.0
"""Time limits: of a release, and of a replay."""
NOTHING = "registers no operator"
"""What the command says of a package with nothing to judge."""
PROMISED = "a verdict for each operator that can be called here; each finding replays"


@dataclass(frozen=True)
class Asked:
    """One release: its log (None if it was not finished), and how many findings replayed."""

    release: str
    log: Log | None
    seconds: float
    replayed: int = 0
    reason: str = ""


def rows(jobs: int, only: Sequence[str] = ()) -> list[Row]:
    """A row for each release, and below it one for each distinct finding."""
    with ThreadPoolExecutor(jobs) as pool:
        asked = list(pool.map(_ask, only or RELEASES))
    return [row for each in asked for row in (_row(each), *_findings(each))]


def _ask(release: str) -> Asked:
    begin = perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.json"
        words = ["registrations", release, "--profile", "quick", "--no-store", "--seed", "1"]
        code = _run([*words, "--jobs", "1", "--json", str(path)], SECONDS)
        seconds = perf_counter() - begin
        if code is None:
            return Asked(release, None, seconds, reason=f"not finished in {SECONDS:.0f} s")
        if not path.is_file():
            return Asked(release, None, seconds, reason=_listed(release, code))
        log = read_log(json.loads(path.read_text()))
    replayed = sum(_replays(release, each) for each in log.told.values())
    print(f"{release}: {_measured(log, seconds, replayed)}", file=sys.stderr, flush=True)
    return Asked(release, log, seconds, replayed)


def _listed(release: str, code: int) -> str:
    """What the command says of a release of which no operator could be asked."""
    done = subprocess.run(
        [sys.executable, "-m", "conformance", "registrations", release, "--list"],
        capture_output=True, text=True, timeout=REPLAY_SECONDS,
    )  # fmt: skip
    lines = [line for line in done.stdout.splitlines() if not line.startswith("stood in for")]
    lines.sort(key=lambda line: NOTHING not in line)
    return "; ".join([f"exit code {code}", *(line[:150] for line in lines)])[:400]


def _replays(release: str, told: Told) -> bool:
    """Whether the printed command fails again."""
    if not told.replay:
        return False
    program, *words = shlex.split(told.replay)
    assert program == "conformance", told.replay
    code = _run(words, REPLAY_SECONDS)
    if code != 1:
        print(f"{release}: exit code {code} of {told.replay}", file=sys.stderr, flush=True)
    return code == 1


def _run(words: Sequence[str], seconds: float) -> int | None:
    """The exit code of a command; None if it was ended because it took too long."""
    process = subprocess.Popen(
        [sys.executable, "-m", "conformance", *words],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return None


def _measured(log: Log, seconds: float, replayed: int) -> str:
    verdicts = ", ".join(f"{count} {name}" for name, count in sorted(log.verdicts.items()))
    return (
        f"{len(log.operators)} operators, {len(log.called)} called, {len(log.static)} by static "
        f"checks only: {verdicts}; {replayed} of {len(log.told)} findings replay; {seconds:.0f} s"
    )


def _row(asked: Asked) -> Row:
    what = f"registrations of {asked.release}"
    if asked.log is None:
        return Row(what, PROMISED, asked.reason, NOTHING in asked.reason)
    kept = asked.replayed == len(asked.log.told) and not asked.log.verdicts["ERROR"]
    return Row(what, PROMISED, _measured(asked.log, asked.seconds, asked.replayed), kept)


def _findings(asked: Asked) -> list[Row]:
    if asked.log is None:
        return []
    found = [
        Row(
            f"  {told.check}: {told.message}",
            "",
            f"{len(told.operators)} operators, as {told.example} {told.got} ({told.line})",
            None,
        )
        for told in asked.log.told.values()
    ]
    why = [Row(f"  {reason}", "", f"{n} checks", None) for reason, n in asked.log.reasons.items()]
    return [*found, *why]
