"""Is a request answered in the same way alone, together, in another order, and when it comes late?

Each answer is compared with the oracle, not with another answer: two wrong ones may be equal.
"""

from collections.abc import Iterable

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.generation.asking import case_of, drawn_with, fitting, judged_generation
from conformance.contract import Contract
from conformance.generation.words import ARRIVALS


def _fixed(contract: Contract) -> Iterable[Case]:
    for arrival in ARRIVALS[1:]:
        yield case_of(contract, "arrivals", {}, arrival=arrival)
    yield case_of(contract, "arrivals", {"R": 5, "L": 17, "N": 6}, arrival="later")


CHECK = Check(
    "arrivals",
    "Is a request answered alone, together, in another order and late as it should be?",
    judged_generation,
    fixed=fitting(_fixed),
    drawn=drawn_with("arrivals", arrival=ARRIVALS[1:], lengths_are=("drawn",)),
    effort=0.25,
    own_words=("arrival",),
)
