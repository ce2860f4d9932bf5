"""The rules of the diff on the history of released packages: what changed for callers, by rule."""

from collections import Counter
from itertools import pairwise
from time import perf_counter

from conformance_kernels.rbln_attention.names import FAMILY
from conformance_kernels.rbln_attention.releases.released import DISTRIBUTION, NAMESPACE, VERSIONS

from benchmarks.row import Row
from conformance.runs.locking.locks import side_of
from conformance.schemas.diff.change import Change, Severity
from conformance.schemas.diff.diff import combined, diff
from conformance.schemas.diff.rule import rules, severity

VLLM = ("0.30.0", "0.32.0")
SECONDS = 10.0
"""Of a diff of two releases whose sources were read before."""
OPERATORS = {f"{NAMESPACE}::{name}" for name in FAMILY}
OF_SCHEMAS = (
    "alias", "argument", "default", "keyword", "optional", "required", "result", "write",
)  # fmt: skip
"""What the ids of rules about a schema begin with."""


def rows() -> list[Row]:
    """A row for each step from one release to the next, and what became of the ten operators."""
    history = [(DISTRIBUTION, *step) for step in pairwise(VERSIONS)]
    found = [_step(*step) for step in [*history, ("vllm", *VLLM)]]
    table = [row for row, _ in found]
    ours = [c for _, changes in found[:-1] for c in changes if c.subject in OPERATORS]
    changed = [c for c in ours if c.rule.startswith(OF_SCHEMAS)]
    told = "; ".join(f"{count} {rule}" for rule, count in Counter(c.rule for c in ours).items())
    what = f"changes of the schemas of the {len(OPERATORS)} operators in {len(VERSIONS)} releases"
    return [*table, Row(what, "0", f"{len(changed)}; in all: {told}", not changed)]


def _step(package: str, old: str, new: str) -> tuple[Row, list[Change]]:
    for version in (old, new):
        side_of(f"{package}=={version}")  # reads the source, if nobody has read it before
    begin = perf_counter()
    sides = [side_of(f"{package}=={version}") for version in (old, new)]
    changes = diff(combined(sides[0].locks), combined(sides[1].locks))
    seconds = perf_counter() - begin
    known = all(change.rule in rules() for change in changes)
    counted = Counter(severity(change.rule) for change in changes)
    counts = ", ".join(f"{counted[each]} {each.value}" for each in Severity if counted[each])
    most = ", ".join(rule for rule, _ in Counter(c.rule for c in changes).most_common(3))
    measured = f"{seconds:.1f} s; {counts or 'nothing changed'}" + (
        f"; most: {most}" if most else ""
    )
    kept = known and seconds <= SECONDS
    return Row(f"diff {package} {old} to {new}", f"<= {SECONDS:.0f} s", measured, kept), changes
