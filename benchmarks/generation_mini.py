"""How many faults of a tiny engine the checks of generation find, and how many right ones they
flag."""

import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from time import monotonic

from benchmarks.row import Row


def rows(path: Path | None, jobs: int) -> list[Row]:
    """``path`` names a file with dictionaries ``MUT`` (faulty) and ``VAR`` (right); without it
    nothing is measured.

    Its ``build(entry)`` gives a module with ``Engine``, whose ``generate(prompts, n)`` gives lists
    of tokens. A fault is found if some check finds it; a variation must pass all of them.
    """
    if path is None:
        return []
    from benchmarks.generation_mini_engine import entries

    groups = entries(path)
    with ProcessPoolExecutor(jobs) as pool:
        found = list(pool.map(partial(_failing, path, "MUT"), groups["MUT"]))
        flagged = list(pool.map(partial(_failing, path, "VAR"), groups["VAR"]))
    missed = [name for name, failing in zip(groups["MUT"], found, strict=True) if not failing]
    wrongly = [name for name, failing in zip(groups["VAR"], flagged, strict=True) if failing]
    for name in (*missed, *wrongly):
        print(f"  wrongly judged: {name}", file=sys.stderr)
    count = len(found) - len(missed)
    return [
        Row(f"faults of {path.name} found", str(len(found)), str(count), not missed),
        Row(
            f"right variations of {path.name} ({len(flagged)}) flagged",
            "0",
            str(len(wrongly)),
            not wrongly,
        ),
    ]


def _failing(path: Path, group: str, name: str) -> tuple[str, ...]:
    """The checks that fail."""
    import torch

    import conformance
    from benchmarks.generation_mini_engine import judged
    from conformance.events.request import Profile
    from conformance.events.verdict import Verdict

    torch.set_num_threads(1)
    begin = monotonic()
    operator, subject = judged(path, group, name)
    profile = Profile("faults", "", examples=4, largest=1 << 20, shrink_seconds=0.0)
    report = conformance.check(operator, subject, profile=profile, seed=1)
    wrong = (Verdict.FAIL, Verdict.ERROR)
    failing = tuple(check.check for check in report.checks if check.verdict in wrong)
    said = ", ".join(failing) or "nothing"
    print(f"  {name}: {said} ({monotonic() - begin:.1f} s)", file=sys.stderr, flush=True)
    return failing
