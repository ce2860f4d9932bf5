"""How many faults of an attention the checks find, and how many right variations they flag."""

import runpy
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import monotonic

from benchmarks.row import Row

LIMIT = 60_000
EXAMPLES = 20


def rows(path: Path | None, jobs: int) -> list[Row]:
    """``path`` names a file with dictionaries ``MUT`` and ``VARP``; without it nothing is measured.

    Its ``build(entry)`` gives an object with ``attn_prefill``, ``attn_decode`` and ``swa_step``,
    for caches of the query's dtype. A fault is found if the checks of any operator find it; a
    variation must pass them all.
    """
    if path is None:
        return []
    names = _names(path)
    with ProcessPoolExecutor(jobs) as pool:
        found = list(pool.map(partial(_failing, path, "MUT"), names["MUT"]))
        flagged = list(pool.map(partial(_failing, path, "VARP"), names["VARP"]))
    missed = [name for name, failing in zip(names["MUT"], found, strict=True) if not failing]
    wrongly = [name for name, failing in zip(names["VARP"], flagged, strict=True) if failing]
    for name in (*missed, *wrongly):
        print(f"  wrongly judged: {name}", file=sys.stderr)
    count = len(names["MUT"]) - len(missed)
    return [
        Row(f"faults of {path.name} found", str(len(found)), str(count), not missed),
        Row(
            f"right variations of {path.name} ({len(flagged)}) flagged",
            "0",
            str(len(wrongly)),
            not wrongly,
        ),
    ]


def _names(path: Path) -> dict:
    sys.path.insert(0, str(path.resolve().parent))
    return runpy.run_path(str(path))


def _failing(path: Path, group: str, name: str) -> str:
    """The first operator and check that fails, or nothing."""
    from conformance_kernels.rbln_attention.contract import OPERATORS
    from conformance_kernels.rbln_attention.table import KINDS

    import conformance
    from conformance.checks import CHECKS
    from conformance.events.request import Profile

    names, begin = _names(path), monotonic()
    module = names["build"](names[group][name])
    profile = Profile("faults", "", EXAMPLES, LIMIT, 1.0)
    # Nothing is said about calls without a right answer, and layouts show in the others' domain.
    checks = [check.id for check in CHECKS if check.id != "arguments"]
    failing = ""
    for operator, found in OPERATORS.items():
        report = conformance.check(
            _one_dtype(found.contract),
            _adapted(KINDS[operator], module),
            profile=profile,
            seed=1,
            checks=checks,
            fail_fast=True,
        )
        bad = [e.check for e in report.checks if str(e.verdict) in ("FAIL", "ERROR")]
        if bad:
            failing = f"{operator}: {bad[0]}"
            break
    seconds = monotonic() - begin
    print(f"  {name}: {failing or 'nothing fails'} ({seconds:.0f} s)", file=sys.stderr, flush=True)
    return failing


def _one_dtype(contract):
    """The contract for implementations whose cache has the dtype of the query."""
    arguments = tuple(
        replace(a, same_dtype="query") if a.name == "kv_cache" else a for a in contract.arguments
    )
    return replace(contract, arguments=arguments)


def _adapted(kind, module):
    def attention(*values):
        given = dict(zip(kind.taken, values, strict=False))
        first = [given[name] for name in ("query", "key", "value", "kv_cache")]
        if kind.window:
            return module.swa_step(
                *first, given["cache_seq_len"], given["cache_offset"], given["qk_scale"],
                given["block_table"], given.get("sinks"),
            )  # fmt: skip
        step = module.attn_decode if kind.decode else module.attn_prefill
        return step(
            *first, given["qk_scale"], given["seq_idx"], given["block_table"],
            sinks=given.get("sinks"), mask=given.get("mask"),
        )  # fmt: skip

    return attention
