"""Measure, and print a table: ``python -m benchmarks``."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import (
    attention,
    attention_faults,
    author_cycle,
    builds,
    clusters,
    faults,
    flakes,
    generation,
    generation_faults,
    generation_mini,
    gpu,
    gpu_faults,
    gpu_speed,
    grid,
    kills,
    memory,
    new,
    operators,
    paged_attention,
    pytest_cost,
    registration_cost,
    registration_faults,
    registrations,
    releases,
    schema_history,
    schema_rules,
    schema_sources,
    seeds,
    signatures,
    speed,
    startup,
    structure,
    verdicts,
)
from benchmarks.row import Row


def main() -> int:
    """Exit code 1 if a promise is not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    parts = "speed, paged-attention, grid, startup, author-cycle, new, structure, memory, faults, "
    parts += "seeds, attention, attention-faults, registration-faults, operators, builds, "
    parts += "clusters, flakes, gpu, gpu-faults, gpu-flakes, gpu-speed, pytest-cost, signatures, "
    parts += "kills, releases, generation, generation-faults, generation-mini, registrations, "
    parts += "registration-cost, schema-history, schema-rules, schema-sources or verdicts"
    add("--only", action="append", default=[], metavar="NAME", help=f"{parts}; repeatable")
    whose = "default: the project's own planted faults"
    what = "a file with dictionaries MUT (faulty) and VAR (right) of subjects"
    add("--faults", type=Path, metavar="FILE", help=f"{what}; {whose}")
    what = "a file with dictionaries MUT (faulty) and VARP (right) and build(entry)"
    add("--attention-faults", type=Path, metavar="FILE", help=f"{what}; without it, none are asked")
    what = "a file with dictionaries MUT (dishonest) and VAR (right) of registrations"
    add("--registration-faults", type=Path, metavar="FILE", help=f"{what}; {whose}")
    what = "a fault or a right variation of engines to ask; repeatable (default: all of them)"
    add("--generation-faults", action="append", default=[], metavar="NAME", help=what)
    what = "a file with dictionaries MUT (faulty) and VAR (right) of engines, and build(entry)"
    add("--generation-faults-file", type=Path, metavar="FILE",
        help=f"{what}; without it, none are asked")  # fmt: skip
    what = "a log of 'conformance check --json' with a release of Triton, to compare verdicts"
    add("--log", type=Path, action="append", default=[], metavar="FILE", help=f"{what}; repeatable")
    add("--seeds", type=int, default=50, metavar="N", help="runs (default: 50)")
    add("--runs", type=int, default=1000, metavar="N", help="runs of flakes (default: 1000)")
    add("--first", type=int, default=1, metavar="N", help="first seed of flakes (default: 1)")
    add("--kills", type=int, default=200, metavar="N", help="runs to kill (default: 200)")
    add("--jobs", type=int, default=2, metavar="N", help="processes for faults (default: 2)")
    what = "a release to ask for registrations, NAME==VERSION; repeatable (default: all of them)"
    add("--release", action="append", default=[], metavar="WHAT", help=what)
    add("--pairs", type=int, default=10000, metavar="N", help="pairs of schemas (default: 10000)")
    add("--seed", type=int, default=1, metavar="N", help="seed of schema-rules (default: 1)")
    add("--json", type=Path, metavar="FILE", help="also write the table as JSON")
    options = parser.parse_args()
    measures: dict[str, Callable[[], list[Row]]] = {
        "signatures": signatures.rows,
        "speed": speed.rows,
        "paged-attention": paged_attention.rows,
        "pytest-cost": pytest_cost.rows,
        "gpu": gpu.rows,
        "gpu-faults": gpu_faults.rows,
        "gpu-flakes": gpu.flakes,
        "gpu-speed": gpu_speed.rows,
        "grid": grid.rows,
        "startup": startup.rows,
        "author-cycle": author_cycle.rows,
        "new": new.rows,
        "structure": structure.rows,
        "schema-sources": schema_sources.rows,
        "schema-history": schema_history.rows,
        "generation": generation.rows,
        "generation-mini": lambda: generation_mini.rows(
            options.generation_faults_file, options.jobs
        ),
        "memory": memory.rows,
        "faults": lambda: faults.rows(options.faults, options.jobs),
        "seeds": lambda: seeds.rows(options.seeds),
        "attention": attention.rows,
        "attention-faults": lambda: attention_faults.rows(options.attention_faults, options.jobs),
        "registration-faults": lambda: registration_faults.rows(
            options.registration_faults, options.jobs
        ),
        "generation-faults": lambda: generation_faults.rows(options.generation_faults),
        "registrations": lambda: registrations.rows(options.jobs, options.release),
        "registration-cost": registration_cost.rows,
        "operators": lambda: operators.rows(options.jobs),
        "builds": builds.rows,
        "clusters": clusters.rows,
        "flakes": lambda: flakes.rows(options.runs, options.jobs, options.first),
        "kills": lambda: kills.rows(options.kills, options.jobs),
        "verdicts": lambda: verdicts.rows(options.log),
        "releases": lambda: releases.rows(options.jobs),
        "schema-rules": lambda: schema_rules.rows(options.pairs, options.seed),
    }
    if unknown := set(options.only) - measures.keys():
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; known: {', '.join(measures)}")
    table: list[Row] = []
    for name, measure in measures.items():
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
        print(
            "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        )


if __name__ == "__main__":
    sys.exit(main())
