"""Are tokens right where a request is preempted and computed again?

The KV cache is too small for all requests: some lose their blocks while they decode, and are
prefilled again later, with the tokens that they have already. That this occurred is asserted.
"""

from collections.abc import Iterable

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.generation.asking import answered, case_of, fitting, needs, told_of
from conformance.contract import Contract
from conformance.events.finding import Finding
from conformance.events.verdict import NotSupported
from conformance.execution.bench import Bench
from conformance.generation.words import PREEMPTING


def _fixed(contract: Contract) -> Iterable[Case]:
    for requests, longest, new in ((6, 94, 16), (8, 62, 12), (6, 95, 8)):
        sizes = {"R": requests, "L": longest, "N": new}
        yield case_of(contract, "preemption", sizes, engine=PREEMPTING, lengths_are="full")


def _decide(bench: Bench, case: Case) -> list[Finding]:
    trial, findings = answered(bench, case)
    if findings or trial.outcome.raised is not None:
        return findings
    lengths, new = trial.originals[1].tolist(), trial.originals[2]
    steps = told_of(trial).steps
    done = [sum(step.tokens.get(r, 0) for step in steps) for r in range(len(lengths))]
    if not any(count > length + new - 1 for count, length in zip(done, lengths, strict=True)):
        raise NotSupported("no request was preempted")
    return []


CHECK = Check(
    "preemption",
    "Are tokens right where a request is preempted and computed again?",
    _decide,
    lacks=needs("engine", PREEMPTING),
    fixed=fitting(_fixed),
    effort=0.0,
    listed_shrink=True,
    own_words=("engine",),
)
