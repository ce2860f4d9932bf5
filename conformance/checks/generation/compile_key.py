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
    same = sorted(set(keys[0]) & set(keys[1]))
    caches = dict.fromkeys(key.partition(":")[0] for key in same)
    return [
        _shared(cache, [key for key in same if key.startswith(f"{cache}:")]) for cache in caches
    ]


def _shared(cache: str, keys: list[str]) -> Finding:
    """One finding for each cache: that one key is blind says nothing of another."""
    message = f"is the same whichever path the model takes: {cache}"
    got = ", ".join(keys[:3])[:300]
    return Finding(
        "key of the compile cache", message, got, "a key for each path",
        kind=Kind.SHARED, cause=cache,
    )  # fmt: skip


CHECK = Check(
    "compile_key",
    "Does another path have another key in the compile cache?",
    _decide,
    lacks=needs("engine", COMPILED, FLIPPED),
    fixed=fitting(_fixed),
    effort=0.0,
)
