"""What it costs to ask one operator all that a registration owes, with its contract's calls."""

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from benchmarks.row import Row
from conformance.checks.listing import listed_of_registrations

OPERATOR = "conformance_kernels::gemma4_routing"
IMPORT = "conformance_kernels.gemma4_routing.operator"
PROMISED = {"gate": 30.0, "quick": 8.0}
"""Seconds by profile, on two cores."""


def rows() -> list[Row]:
    """The wall clock of the command, from the start of the process to its end."""
    return [_row(profile, seconds) for profile, seconds in PROMISED.items()]


def _row(profile: str, promised: float) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.json"
        begin, before = perf_counter(), _processor_seconds()
        done = subprocess.run(
            [sys.executable, "-m", "conformance", "check", OPERATOR, "--import", IMPORT,
             "--contract", "gemma4_routing", "--profile", profile, "--seed", "1", "--no-store",
             "--json", str(path), *_checks()],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        seconds, spent = perf_counter() - begin, _processor_seconds() - before
        if not path.is_file():
            raise RuntimeError(f"conformance check {OPERATOR}: {done.stderr}")
        events = json.loads(path.read_text())["events"]
    slow = sorted(
        ((e["seconds"], e["check"]) for e in events if e["event"] == "CheckFinished"), reverse=True
    )
    most = ", ".join(f"{check} {each:.1f} s" for each, check in slow[:4])
    kept = done.returncode == 0 and seconds <= promised
    measured = f"{seconds:.1f} s ({spent:.1f} s of processors), exit {done.returncode}: {most}"
    what = f"all checks on the registration of {OPERATOR}, {profile}"
    return Row(what, f"<= {promised:.0f} s on 2 cores", measured, kept)


def _checks() -> list[str]:
    """The checks of registrations; those of the contract have figures of their own."""
    return [word for check in listed_of_registrations() for word in ("--check", check.id)]


def _processor_seconds() -> float:
    """Of all processes that this one has started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
