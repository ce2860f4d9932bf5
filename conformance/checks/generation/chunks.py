"""Are tokens right where prompts are prefilled in chunks?

A chunk is smaller than prompts, so that positions go on from chunk to chunk and a chunk reads what
the one before has written. A case in which no prompt was split asks nothing, and says so.
"""

from collections.abc import Iterable

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.generation.asking import (
    answered,
    case_of,
    drawn_with,
    fitting,
    needs,
    told_of,
)
from conformance.contract import Contract
from conformance.events.finding import Finding
from conformance.events.verdict import NotSupported
from conformance.execution.bench import Bench
from conformance.generation.told import Told
from conformance.generation.words import CHUNKED

LONG = 40
"""A prompt with more tokens does not fit into a chunk of an engine that is set up for chunks."""


def _fixed(contract: Contract) -> Iterable[Case]:
    for sizes in ({"R": 1, "L": 100}, {"R": 4, "L": 70}, {"R": 3, "L": LONG}):
        yield case_of(contract, "chunks", sizes, engine=CHUNKED, lengths_are="full")


def _decide(bench: Bench, case: Case) -> list[Finding]:
    trial, findings = answered(bench, case)
    if findings or trial.outcome.raised is not None:
        return findings
    lengths = trial.originals[1].tolist()
    if max(lengths) > LONG and not split(told_of(trial), lengths):
        raise NotSupported("no prompt was split into chunks")
    return []


def split(told: Told, lengths: list[int]) -> bool:
    """Whether some prompt took more than one step."""
    return any(
        step.tokens.get(request, length) < length and step.phase != "decode"
        for request, length in enumerate(lengths)
        for step in told.steps
        if step.tokens.get(request, 0) > 1
    )


CHECK = Check(
    "chunks",
    "Are tokens right where prompts are prefilled in chunks?",
    _decide,
    lacks=needs("engine", CHUNKED),
    fixed=fitting(_fixed),
    drawn=drawn_with("chunks", engine=(CHUNKED,), lengths_are=("drawn", "full")),
    effort=0.1,
    own_words=("engine",),
)
