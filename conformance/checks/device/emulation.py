"""Does a compiled kernel do what it does in lockstep?

The same case, with the same bits and the same poison, is called on the device and on the CPU in
lockstep. Both answers must be right. Ids, integers, caches and whatever else the contract owes to
the bit must be the same; floats may differ within the contract's budget, and only if the compiled
code shows why. Its assembly is read for that: approximations (`ex2.approx`, `div.full`), a
multiply-add that rounds once, products in tensor cores, sums over lanes in another order,
subnormals that are flushed to zero. What differs is told with the verdict, in units in the last
place. A difference that nothing in the code explains is a compiler that computes something else
than the source says, or an emulation that does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.device.asking import LARGE, labelled, need
from conformance.contract import Contract
from conformance.events.finding import Finding, Kind, distinct
from conformance.events.verdict import NotSupported
from conformance.execution.bench import Bench
from conformance.execution.trial import Trial
from conformance.execution.ways.instructions import FLUSHED
from conformance.execution.ways.names import Way
from conformance.inputs.draw import cases
from conformance.inputs.usual import leaders, usual_case, with_dtypes, with_tensor
from conformance.judge.between import Difference, differences

POISON = 0xFF
"""What fresh memory holds in both calls."""


def _always(contract: Contract) -> Iterator[Case]:
    yield usual_case(contract, "emulation")


def _fixed(contract: Contract) -> Iterator[Case]:
    case = usual_case(contract, "emulation")
    for name in leaders(contract):
        for dtype in contract.tensor(name).dtypes[1:]:
            yield with_dtypes(contract, case, **{name: dtype})
    for argument in contract.tensors:
        if not (argument.from_scene or argument.is_passed_output or argument.optional == "never"):
            for pattern in argument.stressing:
                yield with_tensor(contract, case, argument.name, values=pattern)
    for axis in contract.axes:
        for size in axis.edges:
            other = replace(case, axes={**case.axes, axis.name: size})
            if contract.allows(other.axes) and contract.elements(other.axes) <= LARGE:
                yield other


def _drawn(contract: Contract):
    return cases(contract, "emulation")


def _decide(bench: Bench, case: Case) -> list[Finding]:
    need(bench, "it emulates nothing beside", Way.INSPECTED, Way.EMULATED)
    there = bench.run(case, POISON, way=Way.INSPECTED)
    if there.outcome.raised:
        return there.findings()
    here = bench.run(case, POISON, way=Way.EMULATED)
    if not here.outcome.launches and here.outcome.raised is None:
        if case == replace(usual_case(bench.contract, case.check), seed=case.seed):
            raise NotSupported("it launches no Triton kernel in lockstep")
        return []  # nothing to compute, or a size for which there is no kernel
    wrong = [*there.findings(), *labelled(here.findings(), "in lockstep")]
    if wrong:
        return distinct(wrong)
    # A launch that goes past Triton's own is not seen there; its kernels are known from here.
    seen = [each.outcome.told for each in (there, here) if each.outcome.told.get("kernels")]
    reasons = tuple(map(str, seen[0].get("reasons", {}))) if seen else None
    found: list[Finding] = []
    for each in _between(bench, there, here):
        if each.exact:
            found.append(_other(each, "than in lockstep, where the contract owes these bits"))
        elif reasons is not None and not _explained(each, reasons):
            found.append(_other(each, "than in lockstep, and no instruction explains it"))
        else:
            _note(bench, each, reasons or ())
    return distinct(found)


def _between(bench: Bench, there: Trial, here: Trial) -> list[Difference]:
    one, other = (
        (trial.outputs, {name: tensor.cpu() for name, tensor in trial.written.items()})
        for trial in (there, here)
    )
    return list(differences(bench.contract, there.case.axes, there.originals, one, other))


def _explained(difference: Difference, reasons: Sequence[str]) -> bool:
    """Whether what compiled code does can make the difference."""
    if difference.flushed == difference.count:
        return bool(reasons)  # approximations flush as well
    return any(reason != FLUSHED for reason in reasons)


def _other(difference: Difference, than: str) -> Finding:
    count = f"{difference.count} of {difference.total} elements are others {than}"
    return Finding(
        difference.name, count, repr(difference.one), repr(difference.other),
        f"element {list(difference.place)}",
        kind=Kind.VALUE, cause="exact" if difference.exact else "unexplained",
    )  # fmt: skip


def _note(bench: Bench, difference: Difference, reasons: Sequence[str]) -> None:
    text = f"{difference.name} differs from lockstep by at most {difference.ulps} ulp"
    if difference.flushed:
        text += f", {difference.flushed} subnormals are 0"
    why = ", ".join(reasons) or "the compiled code was not seen"
    bench.remarks.note(difference.name, f"{text} ({why})", difference.ulps)


CHECK = Check(
    "emulation",
    "Does a compiled kernel do what it does in lockstep?",
    _decide,
    fixed=_fixed,
    always=_always,
    drawn=_drawn,
    effort=0.3,
)
