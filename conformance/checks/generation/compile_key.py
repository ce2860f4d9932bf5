"""Does another path have another key in the compile cache?

The model is compiled twice, with the switch of the custom path one way and the other. Both engines
look their graphs up in a cache that outlives them. If they use the same key, what one has compiled
may be loaded by the other, and the switch is not heard.
"""

from collections.abc import Iterable

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.generation.asking import case_of, fitting, needs, told_of
from conformance.contract import Contract
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import NotSupported
from conformance.execution.bench import Bench
from conformance.generation.words import COMPILED, FLIPPED


def _fixed(contract: Contract) -> Iterable[Case]:
    yield case_of(contract, "compile_key", {"R": 1, "L": 3, "N": 2}, engine=COMPILED)


def _decide(bench: Bench, case: Case) -> list[Finding]:
    keys = []
    for engine in (COMPILED, FLIPPED):
        trial = bench.run(case.with_options(engine=engine))
        if trial.outcome.raised is not None:
            return trial.findings()
        keys.append(told_of(trial).started.compile_keys)
    if not all(keys):
        raise NotSupported("the engine looks nothing up in a compile cache")
    if same := sorted(set(keys[0]) & set(keys[1])):
        message = "is the same whichever path the model takes"
        got, wanted = ", ".join(same[:3])[:300], "a key for each path"
        return [Finding("key of the compile cache", message, got, wanted, kind=Kind.SHARED)]
    return []


CHECK = Check(
    "compile_key",
    "Does another path have another key in the compile cache?",
    _decide,
    lacks=needs("engine", COMPILED, FLIPPED),
    fixed=fitting(_fixed),
    effort=0.0,
)
