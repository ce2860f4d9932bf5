"""Is an answer independent of what memory of KV caches holds that no request has written?

The memory is filled with large finite numbers on every path, and with NaN on those that owe it:
finite numbers show what NaN hides, for a maximum may drop NaN, and the other way round.
"""

from collections.abc import Iterable

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.generation.asking import (
    case_of,
    drawn_with,
    fitting,
    judged_generation,
    words_of,
)
from conformance.contract import Contract
from conformance.generation.words import CACHES


def _fixed(contract: Contract) -> Iterable[Case]:
    for caches in words_of(contract, "caches")[1:]:
        yield case_of(contract, "cache_contents", {}, caches=caches)
        yield case_of(contract, "cache_contents", {"R": 2, "L": 17, "N": 4}, caches=caches)
        yield case_of(contract, "cache_contents", {"R": 3, "L": 1, "N": 2}, caches=caches)


CHECK = Check(
    "cache_contents",
    "Is an answer independent of what unwritten memory of KV caches holds?",
    judged_generation,
    fixed=fitting(_fixed),
    drawn=drawn_with("cache_contents", caches=CACHES[1:], lengths_are=("drawn",)),
    effort=0.1,
    own_words=("caches",),
)
