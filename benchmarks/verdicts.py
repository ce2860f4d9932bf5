"""Do two runs, with two releases of Triton, come to the same verdicts?"""

import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.row import Row


def rows(logs: Sequence[Path]) -> list[Row]:
    """``logs``: what ``conformance check --json`` wrote, all with one seed; of one, nothing."""
    if len(logs) < 2:
        return []
    first, *others = [_read(path) for path in logs]
    table = []
    for release, verdicts in others:
        same = sum(first[1].get(key) == verdict for key, verdict in verdicts.items())
        table.append(
            Row(
                f"verdicts with Triton {release} that are those with Triton {first[0]}",
                f"all {len(first[1])}",
                f"{same} of {len(verdicts)}",
                same == len(first[1]) == len(verdicts),
            )
        )
    return table


def _read(path: Path) -> tuple[str, dict[tuple[str, str], str]]:
    """The release of Triton and the verdict of every check of every operator."""
    release, operator = "?", ""
    verdicts: dict[tuple[str, str], str] = {}
    for event in json.loads(path.read_text())["events"]:
        match event["event"]:
            case "RunStarted":
                operator = event["run"]["operator"]
                release = event["versions"]["triton"]
            case "CheckFinished":
                verdicts[operator, event["check"]] = event["verdict"]
    return release, verdicts
