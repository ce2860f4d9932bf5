"""Do kernels stay within their memory when the engine calls them?

An engine passes what no unit test does: padded batches, strides of slices, block tables with stale
ends. What the emulation sees of memory while the engine runs is a finding, also where all tokens
are right.
"""

from collections.abc import Iterable

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.generation.asking import case_of, drawn_with, fitting, told_of, words_of
from conformance.contract import Contract
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import NotSupported
from conformance.execution.bench import Bench
from conformance.generation.told import Told
from conformance.generation.words import CHUNKED, PARTITIONED, PREEMPTING, PREFIX, SINGLE


def _fixed(contract: Contract) -> Iterable[Case]:
    yield case_of(contract, "engine_memory", {})
    yield case_of(contract, "engine_memory", {"R": 5, "L": 33, "N": 3}, arrival="later")
    for engine in (CHUNKED, PARTITIONED, PREEMPTING, PREFIX, SINGLE):
        if engine in words_of(contract, "engine"):
            yield case_of(contract, "engine_memory", {}, engine=engine)
    if PARTITIONED in words_of(contract, "engine"):
        # One answer crosses the border of a partition.
        sizes = {"R": 1, "L": 63, "N": 4}
        yield case_of(contract, "engine_memory", sizes, engine=PARTITIONED, lengths_are="full")


def _decide(bench: Bench, case: Case) -> list[Finding]:
    trial = bench.run(case)
    if trial.outcome.raised is not None:
        return trial.findings()
    told = told_of(trial)
    if not told.started.execution:
        raise NotSupported("nothing watches the memory of kernels in this engine")
    return [
        Finding(
            violation.argument, str(violation), kind=Kind.BOUNDS, where=place_of(told, number),
            line=f"{violation.file}:{violation.line}", cause=violation.kind,
        )
        for number, violation in enumerate(trial.outcome.violations)
    ]  # fmt: skip


def place_of(told: Told, number: int) -> str:
    """Where the violation with this number was seen first, and what the emulation says of it."""
    places = told.violations
    return str(places[number]) if number < len(places) else ""


CHECK = Check(
    "engine_memory",
    "Do kernels stay within their memory when the engine calls them?",
    _decide,
    fixed=fitting(_fixed),
    drawn=drawn_with("engine_memory", lengths_are=("drawn", "borders")),
    effort=0.1,
)
