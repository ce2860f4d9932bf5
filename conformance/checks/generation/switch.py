"""Does the switch of the custom path do what it says, by each way of setting it?

Each value is tried in a fresh process: unset, ``0``, ``False``, ``1``, ``True``, a name that is
misspelt, a name that is no more, and an argument of the engine. What ran says whether it was
heard: ``0`` and ``False`` must not turn anything on, ``1`` and ``True`` must, and a name that means
nothing must change nothing. An argument that the engine takes must have an effect, or be refused.
"""

from collections.abc import Iterable

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.generation.asking import (
    case_of,
    explained,
    fitting,
    told_of,
    words_of,
)
from conformance.contract import Contract
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import NotSupported
from conformance.execution.bench import Bench
from conformance.generation.told import Told
from conformance.generation.words import AS_ASKED


def _lacks(contract: Contract) -> str | None:
    if any(word != AS_ASKED for word in words_of(contract, "switch")):
        return None
    return "this subject has no switch"


def _fixed(contract: Contract) -> Iterable[Case]:
    for word in words_of(contract, "switch"):
        if word != AS_ASKED:
            yield case_of(contract, "switch", {"R": 1, "L": 5, "N": 2}, switch=word)


def _decide(bench: Bench, case: Case) -> list[Finding]:
    trial = bench.run(case)
    if trial.outcome.raised is not None:
        # An engine that refuses a setting has heard it.
        return [] if trial.outcome.raised.is_refusal else trial.findings()
    told = told_of(trial)
    asked = told.more.get("switch")
    if not asked:
        raise NotSupported("the subject does not say what the switch is to do")
    return explained(told, switched(told, asked))


def switched(told: Told, asked: dict[str, object]) -> list[Finding]:
    """What is wrong with a switch: ``how`` it was set, whether the custom path is ``owed``, and the
    ``patterns`` of names by which it is known, or what it is by ``fact``."""
    how, owed = str(asked["how"]), bool(asked["owed"])
    patterns = asked.get("patterns")
    if isinstance(patterns, list):
        number = told.count([str(pattern) for pattern in patterns])
        on, got = number > 0, f"{number} calls of the custom path"
    else:
        fact, value = str(asked["fact"]), str(asked["value"])
        held = told.started.facts.get(fact, "")
        on, got = value.lower() in held.lower(), f"{fact} is {held}"
    if on == owed:
        return []
    message = "is silently ignored" if owed else "turns the custom path on"
    wanted = "the custom path, or a refusal" if owed else "the usual path"
    return [Finding("switch", f"{how} {message}", got, wanted, kind=Kind.FALLBACK, cause=how)]


CHECK = Check(
    "switch",
    "Does the switch of the custom path do what it says, by each way of setting it?",
    _decide,
    lacks=_lacks,
    fixed=fitting(_fixed),
    effort=0.0,
)
