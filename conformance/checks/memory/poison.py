"""Does anything depend on values that nobody has defined?

Fresh memory that the subject takes, and memory that it is given to write into, is filled first with
all-ones (NaN, -1), then with large positive and with large negative numbers. In lockstep the lanes
that a mask excludes from a load without `other`, or from an atomic, hold the same: Triton leaves
them undefined. The answer must be right each time. NaN shows in sums and products, also in those
with zero; `tl.max` and `tl.min` ignore NaN, and one of the large numbers shows in them. No access
may leave its bounds, or race, because of such a value. In lockstep, every output byte must also
have been stored to. Each axis takes an odd size, so that blocks reach past its end, and the size 1.
"""

from collections.abc import Iterator
from math import prod

from conformance.case import Case
from conformance.checks.check import Check
from conformance.contract import AnyAxis, Axis, Contract, LeadingAxes, Size
from conformance.events.finding import Finding, Kind, distinct
from conformance.execution.bench import Bench
from conformance.execution.trial import Trial
from conformance.inputs.draw import cases
from conformance.inputs.usual import usual_case, with_tensor

POISONS = (0xFF, 0x7B, 0xFB)
"""Bytes of what is undefined: NaN and -1, 1.3e36 and 2071690107, -2.6e36 and -67372037 (lanes that
are integers hold -2071690108 then)."""

ELEMENTS = 1 << 16
"""Elements of the largest tensor in a case of odd sizes."""


def _values(contract: Contract) -> dict[str, tuple[str, ...]]:
    return {
        a.name: a.patterns
        for a in contract.tensors
        if not (a.from_scene or a.is_passed_output or a.optional == "never")
    }


def _fixed(contract: Contract) -> Iterator[Case]:
    case = usual_case(contract, "poison")
    yield case
    for name, patterns in _values(contract).items():
        for pattern in patterns:
            yield with_tensor(contract, case, name, values=pattern)
    for axis in contract.axes:
        for sizes in (_odd(axis), _ones(axis)):
            possible = (usual_case(contract, "poison", **{axis.name: size}) for size in sizes)
            allowed = (each for each in possible if contract.allows(each.axes))
            chosen = next((e for e in allowed if contract.elements(e.axes) <= ELEMENTS), None)
            if chosen is not None and chosen != case:
                yield chosen


def _odd(axis: AnyAxis) -> list[Size]:
    """Odd sizes above one, the usual one and its neighbours first."""
    if isinstance(axis, LeadingAxes):
        near: list[Size] = [axis.usual, (3,), (3, 3)]
    else:
        near = [axis.usual, axis.usual - 1, axis.usual + 1]
    return [size for size in (*near, *axis.edges) if _count(size) % 2 and _count(size) > 1]


def _ones(axis: AnyAxis) -> list[Size]:
    return [1] if isinstance(axis, Axis) else [(1,), (1, 1)]


def _count(size: Size) -> int:
    return size if isinstance(size, int) else prod(size)


def _drawn(contract: Contract):
    return cases(contract, "poison", values=_values(contract))


def _decide(bench: Bench, case: Case) -> list[Finding]:
    findings: list[Finding] = []
    for poison in POISONS:
        trial = bench.run(case, poison)
        findings += [*trial.findings(), *_misled(bench, trial)]
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


def _misled(bench: Bench, trial: Trial) -> list[Finding]:
    """Accesses that break a rule of memory only where undefined values are poison."""
    if not trial.outcome.violations:
        return []
    usual = {each.rule for each in bench.run(trial.case).outcome.violations}
    findings = []
    for violation in trial.outcome.violations:
        if violation.rule not in usual:
            place = f"{violation.file}:{violation.line}"
            kind = Kind.RACE if "race" in violation.kind else Kind.BOUNDS
            message = f"{violation.kind} that depends on undefined values"
            findings.append(
                Finding(
                    violation.argument,
                    message,
                    str(violation),
                    where=place,
                    kind=kind,
                    line=place,
                    cause=violation.kind,
                )
            )
    return findings


CHECK = Check(
    "poison",
    "Does anything depend on values that nobody has defined?",
    _decide,
    fixed=_fixed,
    drawn=_drawn,
    effort=0.5,
)
