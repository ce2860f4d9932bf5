"""Are tokens right where the KV cache of a request lies in several partitions?

Prompts end beside the border of a partition, and answers cross it, so that one partition is filled
to its last row and the next one begun: while prompts are prefilled, and while tokens are decoded.
An engine whose partitions are larger than any request of the check is not asked.
"""

from collections.abc import Iterable

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.generation.asking import answered, case_of, drawn_with, needs, told_of
from conformance.contract import Contract
from conformance.events.finding import Finding
from conformance.events.verdict import NotSupported
from conformance.execution.bench import Bench
from conformance.generation.contract import POSITIONS
from conformance.generation.words import PARTITIONED

SIZE = "partition size"
"""The fact of an engine that says how many tokens a partition holds."""


def _fixed(contract: Contract) -> Iterable[Case]:
    for longest in (60, 63, 64, 65, 126, 128, 129):
        sizes = {"R": 1, "L": longest, "N": 6}
        yield case_of(contract, "partitions", sizes, engine=PARTITIONED, lengths_are="full")
    words = {"engine": PARTITIONED, "lengths_are": "borders"}
    yield case_of(contract, "partitions", {"R": 4, "L": 129, "N": 4}, **words)
    yield case_of(contract, "partitions", {"R": 4, "L": 65, "N": 8}, **words, arrival="later")


def _decide(bench: Bench, case: Case) -> list[Finding]:
    trial, findings = answered(bench, case)
    if findings or trial.outcome.raised is not None:
        return findings
    size = int(told_of(trial).started.facts.get(SIZE, 0))
    if not 0 < size < POSITIONS:
        raise NotSupported("this engine keeps a request in one partition")
    return []


CHECK = Check(
    "partitions",
    "Are tokens right where the KV cache of a request lies in several partitions?",
    _decide,
    lacks=needs("engine", PARTITIONED),
    fixed=_fixed,
    drawn=drawn_with("partitions", engine=(PARTITIONED,), lengths_are=("drawn", "borders")),
    effort=0.1,
)
