"""Is every byte of the outputs written?

Fresh memory that the subject takes, and memory that it is given to write into, is filled first with
all-ones (NaN, -1), then with large finite numbers, and the answer must be right both times: an
element that is left to what memory happened to hold is wrong at least once. In lockstep, every
output byte must also have been stored to.
"""

from conformance.case import Case
from conformance.checks.check import Check
from conformance.contract import Contract
from conformance.events.finding import Finding, Kind, distinct
from conformance.execution.bench import Bench
from conformance.inputs.draw import cases
from conformance.inputs.usual import usual_case, with_tensor

POISONS = (0xFF, 0x7B)
"""Bytes of fresh memory: NaN and -1, then 1.3e36 and 2071690107."""


def _values(contract: Contract) -> dict[str, tuple[str, ...]]:
    return {
        a.name: a.patterns
        for a in contract.tensors
        if not (a.from_scene or a.is_passed_output or a.optional == "never")
    }


def _fixed(contract: Contract):
    case = usual_case(contract, "poison")
    yield case
    for name, patterns in _values(contract).items():
        for pattern in patterns:
            yield with_tensor(contract, case, name, values=pattern)


def _drawn(contract: Contract):
    return cases(contract, "poison", values=_values(contract))


def _decide(bench: Bench, case: Case) -> list[Finding]:
    findings: list[Finding] = []
    for poison in POISONS:
        trial = bench.run(case, poison)
        findings += trial.findings()
        for output, written in zip(bench.contract.returned, trial.outcome.written, strict=False):
            if written is not None and not written.all():
                count = int((~written).sum())
                findings.append(
                    Finding(
                        output.name,
                        f"{count} of {written.numel()} elements not written",
                        where=f"element {(~written).nonzero()[0].tolist()}",
                        kind=Kind.UNWRITTEN,
                    )
                )
    return distinct(findings)


CHECK = Check(
    "poison",
    "Is every byte of the outputs written?",
    _decide,
    fixed=_fixed,
    drawn=_drawn,
    effort=0.5,
)
