"""Is the same call right every time?

The same arguments, several times in a row: each answer is judged. Answers may differ where the
contract allows it (which of equal entries wins), unless it claims determinism; then their bits must
be equal.
"""

from collections.abc import Iterator
from dataclasses import replace

import torch

from conformance.case import Case
from conformance.checks.check import Check
from conformance.contract import Contract
from conformance.events.finding import Finding, Kind, distinct
from conformance.execution.bench import Bench
from conformance.execution.trial import Trial
from conformance.inputs.draw import cases
from conformance.inputs.usual import usual_case
from conformance.tensors.dtypes import same_bits

CALLS = 6


def _fixed(contract: Contract):
    yield usual_case(contract, "repetition")


def _drawn(contract: Contract):
    return cases(contract, "repetition")


def _restored(contract: Contract) -> list[str]:
    """States that every call must find as the first one did: bits are compared between calls."""
    return [argument.name for argument in contract.states] if contract.deterministic else []


def _decide(bench: Bench, case: Case) -> list[Finding]:
    built = bench.build(case)
    first: dict[str, torch.Tensor] = {}
    findings: list[Finding] = []
    states = {name: built.buffers[name].tensor.clone() for name in _restored(bench.contract)}
    for number in range(1, CALLS + 1):
        for name, state in states.items():
            built.buffers[name].overwrite(state)
        trial = bench.call(case, built)
        if found := trial.findings():
            when = f"in call {number} of {CALLS}"
            findings += [replace(f, message=f"{f.message}, {when}") for f in found]
        elif bench.contract.deterministic:
            findings += _other_bits(first, trial, number)
    return distinct(findings)


def _other_bits(first: dict[str, torch.Tensor], trial: Trial, number: int) -> Iterator[Finding]:
    """Outputs with other bits than those of the first right answer, which ``first`` keeps."""
    for name, tensor in trial.outputs.items():
        if not same_bits(first.setdefault(name, tensor.clone()), tensor):
            message = f"other bits in call {number} than in the first"
            wanted = "determinism, which the contract claims"
            yield Finding(name, message, wanted=wanted, kind=Kind.NOT_REPEATABLE)


CHECK = Check(
    "repetition",
    "Is the same call right every time?",
    _decide,
    fixed=_fixed,
    drawn=_drawn,
    effort=0.3,
)
