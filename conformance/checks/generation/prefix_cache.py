"""Are tokens right where the beginning of a prompt comes from the prefix cache?

Requests begin alike and come one after the other. That tokens were taken from the cache is
asserted: a cache that is never hit is not asked.
"""

from collections.abc import Iterable

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.generation.asking import answered, case_of, fitting, needs, told_of
from conformance.contract import Contract
from conformance.events.finding import Finding
from conformance.events.verdict import NotSupported
from conformance.execution.bench import Bench
from conformance.generation.words import PREFIX


def _fixed(contract: Contract) -> Iterable[Case]:
    words = {"engine": PREFIX, "arrival": "alone", "lengths_are": "full"}
    for requests, longest, prompts in (
        (2, 40, "same"), (2, 80, "prefixed"), (3, 100, "prefixed"), (3, 64, "same"),
        (2, 33, "same"), (2, 128, "prefixed"),
    ):  # fmt: skip
        sizes = {"R": requests, "L": longest, "N": 4}
        yield case_of(contract, "prefix_cache", sizes, **words, prompts_are=prompts)


def _decide(bench: Bench, case: Case) -> list[Finding]:
    trial, findings = answered(bench, case)
    if findings or trial.outcome.raised is not None:
        return findings
    told = told_of(trial)
    longest = trial.originals[0].shape[1]
    # The last token of a prompt is always computed: its logits are wanted. Where only the
    # beginning is equal, layers with a sliding window may have given its blocks back.
    whole = case.options["prompts_are"] == "same"
    if whole and longest > int(told.started.facts.get("block_size", 0)) and not any(told.cached):
        raise NotSupported("no token came from the prefix cache")
    return []


CHECK = Check(
    "prefix_cache",
    "Are tokens right where the beginning of a prompt comes from the prefix cache?",
    _decide,
    lacks=needs("engine", PREFIX),
    fixed=fitting(_fixed),
    effort=0.0,
    listed_shrink=True,
    own_words=("engine",),
)
