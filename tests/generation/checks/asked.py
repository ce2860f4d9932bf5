"""Every check of generation, asked of a mini engine in this process."""

from dataclasses import dataclass
from functools import cache

from conformance.checks import checks_of
from conformance.contract import Contract
from conformance.events.finding import Finding
from conformance.events.verdict import NotSupported
from conformance.execution.bench import Bench
from conformance.generation.device import EngineDevice
from tests.generation.mini.faults import FAULTS
from tests.generation.mini.operator import CONTRACT
from tests.generation.mini.subject import MiniSubject


@dataclass(frozen=True)
class Answer:
    """What a check says of its fixed cases: findings, how many cases were decided, and why others
    were not."""

    findings: tuple[Finding, ...] = ()
    decided: int = 0
    why: str = ""


def bench_of(subject, contract: Contract = CONTRACT) -> Bench:
    """A subject on the device of engines."""
    return Bench(contract, subject, EngineDevice("cpu, a mini engine"))


def answer(check: str, subject, contract: Contract = CONTRACT) -> Answer:
    """What one check says, up to its first finding. The engines have answered nobody before."""
    found = next(each for each in checks_of(contract) if each.id == check)
    if lack := found.lacks(contract):
        return Answer(why=lack)
    bench, decided, why = bench_of(subject, contract), 0, ""
    for case in found.fixed(contract):
        try:
            if findings := found.decide(bench, case):
                return Answer(tuple(findings), decided + 1)
            decided += 1
        except NotSupported as lack:
            why = str(lack)
    return Answer((), decided, why)


@cache
def answers(fault: str) -> dict[str, Answer]:
    """What each check says of an engine with a planted fault; ``""`` for the right one."""
    parts = FAULTS[fault].parts if fault else None
    return {check.id: answer(check.id, MiniSubject(parts)) for check in checks_of(CONTRACT)}
