"""Is the second call as right as the first?

The same requests are asked twice of one engine, and the second answer is judged: what the first
call left behind (blocks, block tables, counters, buffers of a batch) must not be seen.
"""

from collections.abc import Iterable

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.generation.asking import (
    case_of,
    caused,
    drawn_with,
    fitting,
    judged_generation,
)
from conformance.contract import Contract
from conformance.events.finding import Finding
from conformance.execution.bench import Bench


def _fixed(contract: Contract) -> Iterable[Case]:
    yield case_of(contract, "second_call", {})
    yield case_of(contract, "second_call", {"R": 2, "L": 33, "N": 4}, lengths_are="full")


def _decide(bench: Bench, case: Case) -> list[Finding]:
    first = judged_generation(bench, case)
    return first or caused(judged_generation(bench, case), "second call")


CHECK = Check(
    "second_call",
    "Is the second call as right as the first?",
    _decide,
    fixed=fitting(_fixed),
    drawn=drawn_with("second_call", lengths_are=("drawn", "full")),
    effort=0.1,
)
