"""One fault is one cause, however many checks see it; two faults are two."""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.row import Row
from conformance.reports.clusters import Cluster, clusters_of
from conformance.reports.json_log import read_log

ROOT = Path(__file__).parents[1]
SUBJECTS = ROOT / "tests" / "reports" / "clusters" / "planted_routes.py"
MOST_LINES = 25
"""Lines that a cause may take."""
TILE = "whenever E is no multiple of 32"
WIDE = "only with gating bfloat16 and K >= 9"


@dataclass(frozen=True)
class Told:
    """What a run says: its causes, and the lines that they take where nothing is cut."""

    clusters: tuple[Cluster, ...]
    lines: int

    @property
    def checks(self) -> int:
        """Checks that see the cause which most see."""
        return max((len(cluster.checks) for cluster in self.clusters), default=0)

    @property
    def conditions(self) -> list[str]:
        """When each shows, without the sizes that are the evidence for it."""
        return [cluster.condition.split(" (")[0] for cluster in self.clusters]


def told(name: str) -> Told:
    """Run the command on a planted fault, as a user does."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.json"
        done = subprocess.run(
            [sys.executable, "-m", "conformance", "check", "gemma4_routing", "--subject",
             f"{SUBJECTS}:{name}", "--profile", "quick", "--no-store", "--seed", "1",
             "--json", str(log)],
            capture_output=True, text=True,
        )  # fmt: skip
        if not log.is_file():
            raise RuntimeError(f"conformance check {name}: {done.stderr}")
        # Causes stand between empty lines, and the verdict after the last one.
        blocks = done.stdout.split("\n\n")[1:-1]
        return Told(clusters_of(read_log(log)), max((b.count("\n") + 1 for b in blocks), default=0))


def rows() -> list[Row]:
    """A fault that ten checks see, one that needs two things at once, and both in one kernel."""
    return [
        _row("a planted fault in the last tile", "last_tile", [TILE], checks=10),
        _row("a planted fault in bfloat16 with many slots", "wide_bfloat16", [WIDE]),
        _row("both faults in one kernel", "both", [TILE, WIDE], checks=10),
    ]


def _row(what: str, name: str, conditions: list[str], checks: int = 1) -> Row:
    found = told(name)
    count = len(conditions)
    kept = (
        sorted(found.conditions) == sorted(conditions)
        and found.checks >= checks
        and found.lines <= MOST_LINES
    )
    causes = f"{count} cause{'s' if count > 1 else ''}"
    return Row(
        what,
        f"{causes}, seen by >= {checks} checks, in <= {MOST_LINES} lines each: "
        + "; ".join(conditions),
        f"{len(found.clusters)}, by {found.checks} checks, {found.lines} lines: "
        + "; ".join(found.conditions),
        kept,
    )
