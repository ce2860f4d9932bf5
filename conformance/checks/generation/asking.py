"""What checks of generation have in common: their cases, and how an answer is judged."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import wraps

from hypothesis.strategies import SearchStrategy

from conformance.case import Case
from conformance.contract import Contract, WordArgument
from conformance.events.finding import Finding
from conformance.events.verdict import NotSupported
from conformance.execution.bench import Bench
from conformance.execution.trial import Trial
from conformance.generation.told import Told
from conformance.inputs.draw import cases
from conformance.inputs.usual import usual_case

ELEMENTS = 1 << 10
"""Tokens of all prompts of a drawn case: a request of an engine costs tenths of a second."""


def words_of(contract: Contract, name: str) -> tuple[str, ...]:
    """The words that an argument or a choice of the contract may have."""
    for argument in contract.arguments:
        if isinstance(argument, WordArgument) and argument.name == name:
            return argument.choices
    return next((choice.words for choice in contract.choices if choice.name == name), ())


def needs(name: str, *words: str) -> Callable[[Contract], str | None]:
    """A ``lacks`` for checks that need a word which not every engine knows."""

    def lacks(contract: Contract) -> str | None:
        known = words_of(contract, name)
        missing = [word for word in words if word not in known]
        return f"this subject has no {name} {missing[0]!r}" if missing else None

    return lacks


def case_of(contract: Contract, check: str, sizes: dict[str, int], **words: str) -> Case:
    """The usual case with these sizes and words."""
    return usual_case(contract, check, **sizes).with_options(**words)


def fitting(fixed: Callable[[Contract], Iterable[Case]]) -> Callable[[Contract], list[Case]]:
    """A ``fixed`` without the cases that a contract does not allow: models and engines have a
    largest length, some take few requests, and not all know every word."""

    @wraps(fixed)
    def fits(contract: Contract) -> list[Case]:
        return [
            case
            for case in fixed(contract)
            if contract.allows(case.axes)
            and all(word in words_of(contract, name) for name, word in case.options.items())
        ]

    return fits


def drawn_with(check: str, **words: Sequence[str]) -> Callable[[Contract], SearchStrategy[Case]]:
    """A ``drawn`` of sizes, with one of the words that are given and known for each name."""

    def drawn(contract: Contract) -> SearchStrategy[Case]:
        known = {
            name: [word for word in wanted if word in words_of(contract, name)] or list(wanted)
            for name, wanted in words.items()
        }
        return cases(contract, check, elements=ELEMENTS, options=known)

    return drawn


def told_of(trial: Trial) -> Told:
    """What the engine told of a call. Raises :class:`NotSupported` if it tells nothing."""
    if not trial.outcome.told:
        raise NotSupported("the subject tells nothing of its steps: it is no engine of the suite's")
    return Told.from_dict(trial.outcome.told)


def answered(bench: Bench, case: Case) -> tuple[Trial, list[Finding]]:
    """A call and what is wrong with its answer; a wrong number says where it starts."""
    from conformance.checks.generation.locating import located

    trial = bench.run(case)
    findings = trial.findings()
    return trial, located(bench, case, trial, findings) if findings else findings


def judged_generation(bench: Bench, case: Case) -> list[Finding]:
    """Run a case once and judge the answer: how most checks of generation decide."""
    return answered(bench, case)[1]


def caused(findings: Iterable[Finding], cause: str) -> list[Finding]:
    """The findings, told apart from equal ones of other questions."""
    return [replace(each, cause=each.cause or cause) for each in findings]


def explained(told: Told, findings: Iterable[Finding]) -> list[Finding]:
    """The findings, with what the subject takes for their likely causes."""
    causes = told.more.get("causes") or ()
    text = " | ".join(map(str, causes))
    if not text:
        return list(findings)
    return [
        replace(f, where=f"{f.where}; likely cause: {text}".removeprefix("; ")) for f in findings
    ]
