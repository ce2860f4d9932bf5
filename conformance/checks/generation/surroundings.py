"""Does importing a plugin leave the environment of the process alone?

Variables that the import and the start of an engine set, change or remove are compared with those
that the engine without the plugin changes: whatever else runs in the process, and every process
that it starts, reads them.
"""

from collections.abc import Iterable

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.generation.asking import case_of, fitting, needs, told_of
from conformance.contract import Contract
from conformance.events.finding import Finding, Kind
from conformance.execution.bench import Bench
from conformance.generation.words import BARE


def _fixed(contract: Contract) -> Iterable[Case]:
    yield case_of(contract, "surroundings", {"R": 1, "L": 3, "N": 1})


def _decide(bench: Bench, case: Case) -> list[Finding]:
    changed = []
    for each in (case, case.with_options(engine=BARE)):
        trial = bench.run(each)
        if trial.outcome.raised is not None:
            return trial.findings()
        changed.append(told_of(trial).started.environment)
    own, bare = changed
    return [
        Finding(
            name, "is changed in the environment by importing the plugin",
            f"{after!r} after {before!r}", "left alone", kind=Kind.CHANGED, cause=name,
        )
        for name, (before, after) in sorted(own.items())
        if name not in bare  # what the engine alone changes may differ from start to start
    ]  # fmt: skip


CHECK = Check(
    "surroundings",
    "Does importing a plugin leave the environment of the process alone?",
    _decide,
    lacks=needs("engine", BARE),
    fixed=fitting(_fixed),
    effort=0.0,
)
