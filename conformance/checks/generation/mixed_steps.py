"""Are tokens right in steps that mix requests in prefill with requests that decode?

One request decodes while others come with prompts longer than a chunk. That such a step occurred is
asserted: an engine that never mixes is not asked.
"""

from collections.abc import Iterable

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.generation.asking import answered, case_of, fitting, needs, told_of
from conformance.contract import Contract
from conformance.events.finding import Finding
from conformance.events.verdict import NotSupported
from conformance.execution.bench import Bench
from conformance.generation.words import CHUNKED


def _fixed(contract: Contract) -> Iterable[Case]:
    for requests, longest in ((2, 40), (4, 40), (4, 70), (3, 33)):
        sizes = {"R": requests, "L": longest, "N": 8}
        yield case_of(
            contract, "mixed_steps", sizes, engine=CHUNKED, arrival="later", lengths_are="full"
        )
    yield case_of(contract, "mixed_steps", {"R": 6, "L": 50, "N": 8}, engine=CHUNKED)


def _decide(bench: Bench, case: Case) -> list[Finding]:
    trial, findings = answered(bench, case)
    if findings or trial.outcome.raised is not None:
        return findings
    if not any(step.phase == "mixed" for step in told_of(trial).steps):
        raise NotSupported("no step mixed prefill and decode: this engine keeps them apart")
    return []


CHECK = Check(
    "mixed_steps",
    "Are tokens right in steps that mix prefill and decode?",
    _decide,
    lacks=needs("engine", CHUNKED),
    fixed=fitting(_fixed),
    effort=0.0,
    listed_shrink=True,
    own_words=("engine",),
)
