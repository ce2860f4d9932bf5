"""Does the vendor's tool see accesses that are wrong?

A few cases run in a fresh process under NVIDIA's `compute-sanitizer`, which watches every access of
the compiled code: `memcheck` for what leaves its allocation, `racecheck` for threads that race in
shared memory, `initcheck` for memory that nobody has written. Each tensor has an allocation of the
driver's own for that. It takes a minute a case, so that only `--profile sanitize`, or this check by
its name, asks it; where the program is not installed the answer is that this is not supported.
"""

from collections.abc import Iterator

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.device.asking import need, resized
from conformance.checks.device.reported import findings_in, summary_of
from conformance.contract import Contract
from conformance.events.finding import Finding, distinct
from conformance.events.verdict import NotSupported
from conformance.execution.bench import Bench
from conformance.execution.ways.names import Way
from conformance.inputs.usual import usual_case

TOOLS = ("memcheck", "racecheck", "initcheck")


def _always(contract: Contract) -> Iterator[Case]:
    yield usual_case(contract, "sanitizer")


def _fixed(contract: Contract) -> Iterator[Case]:
    if others := resized(contract, usual_case(contract, "sanitizer"), most=1 << 14):
        yield others[-1]


def _decide(bench: Bench, case: Case) -> list[Finding]:
    need(bench, "compute-sanitizer is not installed here, or is not for it", Way.SANITIZED)
    found: list[Finding] = []
    for tool in TOOLS:
        code, report = bench.device.ways.sanitize(tool, str(case))  # type: ignore[attr-defined]
        findings = findings_in(tool, report)
        if not findings and (code != 0 or not summary_of(report)):
            last = (report.strip().splitlines() or ["it printed nothing"])[-1]
            raise NotSupported(f"compute-sanitizer --tool {tool} ended with {code}: {last[:300]}")
        found += findings
    return distinct(found)


CHECK = Check(
    "sanitizer",
    "Does the vendor's tool see accesses that are wrong?",
    _decide,
    fixed=_fixed,
    always=_always,
    effort=0,
)
