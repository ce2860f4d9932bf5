"""Measure, and print a table: ``python -m benchmarks``."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import faults, grid, memory, seeds, speed, startup
from benchmarks.row import Row


def main() -> int:
    """Exit code 1 if a promise is not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="NAME",
                        help="speed, grid, startup, memory, faults or seeds; repeatable")  # fmt: skip
    parser.add_argument("--faults", type=Path, metavar="FILE",
                        help="a file with dictionaries MUT (faulty) and VAR (right) of subjects; "
                        "default: the project's own planted faults")  # fmt: skip
    parser.add_argument("--seeds", type=int, default=50, metavar="N", help="runs (default: 50)")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes for faults")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the table as JSON")
    options = parser.parse_args()
    parts: dict[str, Callable[[], list[Row]]] = {
        "speed": speed.rows,
        "grid": grid.rows,
        "startup": startup.rows,
        "memory": memory.rows,
        "faults": lambda: faults.rows(options.faults, options.jobs),
        "seeds": lambda: seeds.rows(options.seeds),
    }
    if unknown := set(options.only) - parts.keys():
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; known: {', '.join(parts)}")
    table: list[Row] = []
    for name, measure in parts.items():
        if options.only and name not in options.only:
            continue
        print(f"{name} …", file=sys.stderr, flush=True)
        table += measure()
    _print(table)
    if options.json:
        options.json.write_text(json.dumps([row.as_dict() for row in table], indent=1) + "\n")
    return int(any(row.kept is False for row in table))


def _print(table: list[Row]) -> None:
    words = {True: "kept", False: "MISSED", None: ""}
    cells = [("what", "promised", "measured", "")]
    cells += [(row.what, row.promised, row.measured, words[row.kept]) for row in table]
    widths = [max(len(line[i]) for line in cells) for i in range(4)]
    for line in cells:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


if __name__ == "__main__":
    sys.exit(main())
