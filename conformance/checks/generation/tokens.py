"""Are tokens and log probabilities those of another implementation of the model?

The oracle follows the tokens that the engine chose. A token is right if its logit lies within the
budget of the best; log probabilities are compared within theirs. Requests have different lengths,
come together, and meet an engine that has answered others before.
"""

from collections.abc import Iterable

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.generation.asking import case_of, drawn_with, fitting, judged_generation
from conformance.contract import Contract


def _fixed(contract: Contract) -> Iterable[Case]:
    yield case_of(contract, "tokens", {})
    yield case_of(contract, "tokens", {"R": 1, "L": 1, "N": 1})
    yield case_of(contract, "tokens", {"R": 8, "L": 24, "N": 4})


CHECK = Check(
    "tokens",
    "Are tokens and log probabilities those of another implementation of the model?",
    judged_generation,
    fixed=fitting(_fixed),
    drawn=drawn_with("tokens", lengths_are=("drawn", "full")),
    effort=0.5,
)
