"""The table of all releases: is it complete, and does every failure replay?"""

import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.row import Row
from conformance.case import Case
from conformance.events.request import Request
from conformance.events.verdict import Verdict
from conformance.policy.profiles import profile
from conformance.runs.session import Session

FAMILY = "rbln_attention"
DECIDED = {"PASS", "FAIL", "UNSUPPORTED"}


def rows(jobs: int) -> list[Row]:
    """Fill in the table with the command line, then replay every failure that has a case."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.json"
        begin = perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "conformance", "releases", FAMILY, "--json", str(path)],
            stdout=sys.stderr,
        )
        seconds = perf_counter() - begin
        document = json.loads(path.read_text())
    cells: list[dict[str, Any]] = document["cells"]
    counts = Counter(cell["verdict"] for cell in cells)
    wanted = len(document["releases"]) * len(document["operators"]) * len(document["aspects"])
    complete = done.returncode == 0 and len(cells) == wanted and set(counts) <= DECIDED
    by_release: dict[str, list[str]] = defaultdict(list)
    for cell in cells:
        for failure in cell["failures"]:
            if failure["case"]:
                by_release[cell["release"]].append(failure["case"])
    with ThreadPoolExecutor(jobs) as pool:
        package = document["package"]
        again = list(pool.map(lambda item: _replay(package, *item), by_release.items()))
    asked = sum(len(lines) for lines in by_release.values())
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    return [
        Row(
            f"cells of the table, {len(document['releases'])} releases",
            f"{wanted}, all decided",
            f"{len(cells)} in {seconds:.0f} s: {verdicts}",
            complete,
        ),
        Row("failures of the table that replay", str(asked), str(sum(again)), sum(again) == asked),
    ]


def _replay(package: str, release: str, lines: Iterable[str]) -> int:
    """How many of the cases fail again, in one process."""
    failing = 0
    requests = [
        (line, Request(Case.parse(line).contract, f"{package}=={release}", "cpu",
                       profile("gate"), 0))
        for line in lines
    ]  # fmt: skip
    with Session(requests[0][1], lambda event: None) as session:
        for line, request in requests:
            if session.ready is None or session.ready.contract != request.operator:
                session.turn_to(request)
            failing += session.replay("replay", "", line).verdict is Verdict.FAIL
    return failing
