"""Does it look at its arguments anew in every call?

The same buffers are filled with new contents, as a serving engine does, and each tensor argument in
turn is replaced by a new one of the same shape. Every answer must be right for what the arguments
hold at that moment, and the first result must not change when the second one is computed.
"""

from dataclasses import replace

from conformance.case import Case
from conformance.checks.check import Check
from conformance.contract import Contract, TensorArgument
from conformance.events.finding import FORM, Finding, Kind, distinct
from conformance.execution.bench import Bench
from conformance.inputs.draw import cases
from conformance.inputs.usual import usual_case
from conformance.inputs.values import make_values
from conformance.tensors.dtypes import same_bits


def _fixed(contract: Contract):
    yield usual_case(contract, "reuse")


def _drawn(contract: Contract):
    return cases(contract, "reuse")


def _label(findings: list[Finding], when: str) -> list[Finding]:
    return [replace(finding, message=f"{finding.message}, {when}") for finding in findings]


def _decide(bench: Bench, case: Case) -> list[Finding]:
    built = bench.build(case)
    first = bench.call(case, built)
    findings = first.findings()
    # What is no tensor of the promised form has no bits that could be compared.
    unsound = {finding.about for finding in findings if finding.kind in FORM}
    returned = {output.name for output in bench.contract.returned} - unsound
    kept = {name: t.clone() for name, t in first.outputs.items() if name in returned}
    other = replace(case, seed=case.seed + 1)
    for name, buffer in built.buffers.items():
        if buffer.tensor.numel() and not bench.contract.tensor(name).is_passed_output:
            values = make_values(bench.contract, other, name)
            buffer.overwrite(values.to(buffer.tensor.device))
    second = bench.call(other, built)
    findings += _label(second.findings(), "after the same buffers got new contents")
    now = first.outputs | first.looked_again()
    for name, copy in kept.items():
        if now[name].shape != copy.shape or not same_bits(now[name], copy):
            message = "of an earlier call changed during a later one"
            findings.append(Finding(name, message, kind=Kind.CHANGED))
    fresh = bench.build(replace(case, seed=case.seed + 2))
    for places in _exchangeable(bench.contract, case):
        found = bench.call(case, built.with_tensors_from(fresh, places)).findings()
        findings += _label(found, f"with a new {' and '.join(places.values())} of the same shape")
    return distinct(findings)


def _exchangeable(contract: Contract, case: Case) -> list[dict[int, str]]:
    """Tensor arguments by position: each alone, and those together that one scene belongs to."""
    places = {
        position: argument
        for position, argument in enumerate(contract.arguments)
        if isinstance(argument, TensorArgument) and case.tensors[argument.name].given
    }
    alone = [{p: a.name} for p, a in places.items() if not a.from_scene]
    together = {p: a.name for p, a in places.items() if a.from_scene}
    return [*alone, together] if together else alone


CHECK = Check(
    "reuse",
    "Does it look at its arguments anew in every call?",
    _decide,
    fixed=_fixed,
    drawn=_drawn,
    effort=0.3,
)
