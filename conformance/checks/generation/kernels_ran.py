"""Did the kernels run that were asked for, once in each layer and step, and nothing in their place?

Right tokens prove nothing of a kernel that was never called: a switch was read under another name,
or an exception was caught and the usual path taken. Calls are counted where they are made, by phase
and, in eager mode, by layer. What is owed is the number of layers times the steps that the runner
really executed.
"""

from collections import Counter
from collections.abc import Iterable
from fnmatch import fnmatchcase

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
from conformance.generation.told import Expected, Told
from conformance.generation.words import CHUNKED, COMPILED

NOTHING_ASKED = "no path was asked for by name (a router, an attention, custom kernels)"


def _fixed(contract: Contract) -> Iterable[Case]:
    yield case_of(contract, "kernels_ran", {})
    yield case_of(contract, "kernels_ran", {"R": 1, "L": 1, "N": 1})
    yield case_of(contract, "kernels_ran", {"R": 3}, arrival="later")
    for engine in (CHUNKED, COMPILED):
        if engine in words_of(contract, "engine"):
            yield case_of(contract, "kernels_ran", {}, engine=engine)


def _decide(bench: Bench, case: Case) -> list[Finding]:
    trial = bench.run(case)
    if trial.outcome.raised is not None:
        return trial.findings()
    told = told_of(trial)
    if not told.expected and case.options["engine"] == COMPILED:
        return []  # what a compiler has traced is called no more, so that nothing counts it
    if not told.expected:
        raise NotSupported(NOTHING_ASKED)
    return explained(told, [f for each in told.expected for f in counted(told, each)])


def counted(told: Told, expected: Expected) -> list[Finding]:
    """What is wrong with how often something was called."""
    what = expected.what or expected.called[0]
    steps = [step.phase for step in told.steps]
    found: list[Finding] = []
    for pattern in expected.never:
        if number := told.count([pattern]):
            phases = _by_phase(told, (pattern,))
            found.append(
                Finding(
                    what, f"something else was called in its place: {_names(told, (pattern,))}",
                    f"{number} calls ({phases})", "none", kind=Kind.FALLBACK, cause=pattern,
                )
            )  # fmt: skip
    number, owed = told.count(expected.called), expected.layers * len(steps)
    if number == owed:
        return found or _in_each_layer(told, expected, what)
    message = "was never called" if not number else "was not called once in each layer and step"
    hint = f"; the engine says: {'; '.join(told.started.remarks)}" if told.started.remarks else ""
    found.append(
        Finding(
            what, message,
            f"{number} calls ({_by_phase(told, expected.called) or 'in no phase'})",
            f"{owed}: {expected.layers} layers x {len(steps)} steps ({_phases(steps)}){hint}",
            kind=Kind.FALLBACK, cause="never" if not number else "count",
        )
    )  # fmt: skip
    return found


def _in_each_layer(told: Told, expected: Expected, what: str) -> list[Finding]:
    layers: Counter[int] = Counter()
    for each in told.calls:
        fits = any(fnmatchcase(each.name, pattern) for pattern in expected.called)
        if fits and each.layer is not None:
            layers[each.layer] += each.count
    if not layers or set(layers.values()) == {len(told.steps)}:
        return []
    got = ", ".join(f"layer {layer}: {count}" for layer, count in sorted(layers.items()))
    message = "was called more often in one layer than in another"
    wanted = f"{len(told.steps)} in each layer"
    return [Finding(what, message, got, wanted, kind=Kind.FALLBACK, cause="layers")]


def _by_phase(told: Told, patterns: tuple[str, ...]) -> str:
    phases = dict.fromkeys(each.phase for each in told.calls)
    counts = {phase: told.count(patterns, phase) for phase in phases}
    return ", ".join(f"{phase} {count}" for phase, count in counts.items() if count)


def _names(told: Told, patterns: tuple[str, ...]) -> str:
    names = {c.name for c in told.calls if any(fnmatchcase(c.name, p) for p in patterns)}
    return ", ".join(sorted(names)[:4])


def _phases(steps: list[str]) -> str:
    return ", ".join(f"{count} {phase}" for phase, count in Counter(steps).items())


CHECK = Check(
    "kernels_ran",
    "Did the kernels run that were asked for, in each layer and step, and nothing in their place?",
    _decide,
    fixed=fitting(_fixed),
    effort=0.0,
    listed_shrink=True,
)
