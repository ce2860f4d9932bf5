"""How many planted faults the gate finds, and how many right implementations it flags."""

import runpy
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.command import Ran, check
from benchmarks.row import Row


def _subjects(path: Path | None) -> tuple[dict[str, str], dict[str, str]]:
    """Faulty and right subjects by name, as texts for ``--subject``."""
    if path is None:
        from conformance_kernels.gemma4_routing.faults import FAULTS

        place = "conformance_kernels.gemma4_routing.faults:FAULTS"
        return {name: f"{place}[{name}].make()" for name in FAULTS}, {}
    sys.path.insert(0, str(path.resolve().parent))
    names = runpy.run_path(str(path))
    faulty = {name: f"{path}:MUT[{name}]()" for name in names["MUT"]}
    return faulty, {name: f"{path}:VAR[{name}]" for name in names["VAR"]}


def _say(name: str, ran: Ran) -> Ran:
    failing = ", ".join(ran.failing()) or "nothing"
    print(f"  {name}: fails {failing} ({ran.seconds:.0f} s)", file=sys.stderr, flush=True)
    return ran


def rows(path: Path | None, jobs: int) -> list[Row]:
    """``path`` names a file with dictionaries ``MUT`` (factories) and ``VAR`` (callables)."""
    faulty, right = _subjects(path)
    source = path.name if path else "kernels/gemma4_routing/faults.py"

    def judge(item: tuple[str, str]) -> Ran:
        name, subject = item
        return _say(name, check("--subject", subject, "--fail-fast", "--profile", "gate"))

    with ThreadPoolExecutor(jobs) as pool:
        found = sum(ran.code == 1 for ran in pool.map(judge, faulty.items()))
        flagged = sum(ran.code != 0 for ran in pool.map(judge, right.items()))
    table = [
        Row(f"faults of {source} found", str(len(faulty)), str(found), found == len(faulty)),
    ]
    if right:
        table.append(
            Row(
                f"right variations of {source} ({len(right)}) flagged",
                "0",
                str(flagged),
                not flagged,
            )
        )
    return table
