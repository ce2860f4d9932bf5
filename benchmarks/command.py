"""Running the command line as a user does."""

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any


@dataclass(frozen=True)
class Ran:
    """One run of ``conformance check``: exit code, wall seconds, the JSON document it wrote."""

    code: int
    seconds: float
    document: dict[str, Any]

    def verdicts(self) -> Counter[str]:
        """How many checks came to each verdict, all operators together."""
        return Counter(
            event["verdict"]
            for event in self.document["events"]
            if event["event"] == "CheckFinished" and event["check"] != "load"
        )

    def failing(self) -> list[str]:
        """Ids of the checks that failed."""
        return [
            event["check"]
            for event in self.document["events"]
            if event["event"] == "CheckFinished" and event["verdict"] == "FAIL"
        ]


def check(*options: str, operator: str = "gemma4_routing", cache: Path | None = None) -> Ran:
    """``conformance check OPERATOR`` with further options, in a process of its own.

    ``cache`` replaces the user's folder of what can be fetched or built again.
    """
    environment = {**os.environ, **({"CONFORMANCE_CACHE": str(cache)} if cache else {})}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        begin = perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "conformance", "check", operator, "--no-store",
             "--json", str(path), *options],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        seconds = perf_counter() - begin
        if not path.is_file():
            raise RuntimeError(f"conformance check {' '.join(options)}: {done.stderr}")
        return Ran(done.returncode, seconds, json.loads(path.read_text()))


def largest_child_bytes() -> int:
    """The largest resident size that a finished child of this process, or theirs, has had."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
