"""Are the inputs left alone, and do the outputs share memory with nothing?

Inputs are compared bit for bit before and after. Outputs must not lie in the memory of an input, of
each other, or of a result that an earlier call returned.
"""

import torch

from conformance.case import Case
from conformance.checks.check import Check
from conformance.contract import Contract, TensorArgument
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import SubjectUnsupported
from conformance.execution.bench import Bench
from conformance.execution.trial import Trial
from conformance.inputs.draw import cases
from conformance.inputs.usual import usual_case, with_tensor
from conformance.tensors.returned import Span


def _fixed(contract: Contract):
    case = usual_case(contract, "purity")
    yield case
    for argument in contract.tensors:
        for pattern in () if _unfilled(argument) else argument.stressing:
            yield with_tensor(contract, case, argument.name, values=pattern)


def _drawn(contract: Contract):
    values = {a.name: a.patterns for a in contract.tensors if not _unfilled(a)}
    return cases(contract, "purity", values=values, layouts=True)


def _unfilled(argument: TensorArgument) -> bool:
    """Whether no pattern fills it."""
    return argument.from_scene or argument.is_passed_output or argument.optional == "never"


def _overlap(a: Span, b: Span) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def _changed(trial: Trial, before: dict[str, torch.Tensor]) -> list[Finding]:
    findings = []
    for name, buffer in trial.built.buffers.items():
        if trial.contract.tensor(name).written:
            continue
        differs = (buffer.storage != before[name]).cpu() & ~buffer.outside()
        if differs.any():
            elements = differs.view(-1, buffer.tensor.element_size()).any(-1)
            message = f"{int(elements.sum())} elements of the input changed"
            findings.append(Finding(name, message, kind=Kind.CHANGED))
    return findings


def _returned(trial: Trial) -> dict[str, Span]:
    """Where the returned outputs lie in the memory of the subject's process."""
    return {name: tensor.span for name, tensor in trial.returned.items()}


def _shared(trial: Trial, earlier: dict[str, Span]) -> list[Finding]:
    results = list(_returned(trial).items())
    names = [argument.name for argument in trial.contract.arguments]
    places = zip(names, trial.outcome.spans, strict=False)
    owners = [(f"the input {n}", span) for n, span in places if n in trial.built.buffers]
    owners += [(f"an earlier result's {n}", span) for n, span in earlier.items()]
    findings = []
    for position, (name, own) in enumerate(results):
        others = owners + [(f"the output {n}", span) for n, span in results[position + 1 :]]
        findings += [
            Finding(name, f"shares memory with {n}", kind=Kind.SHARED, cause=n)
            for n, other in others
            if _overlap(own, other)
        ]
    return findings


def _decide(bench: Bench, case: Case) -> list[Finding]:
    built = bench.build(case)
    before = {name: buffer.snapshot() for name, buffer in built.buffers.items()}
    first = bench.call(case, built)
    if first.outcome.raised:
        if first.outcome.raised.unsupported:
            raise SubjectUnsupported(str(first.outcome.raised))
        return _changed(first, before)
    second = bench.run(case)
    return _changed(first, before) + _shared(first, {}) + _shared(second, _returned(first))


CHECK = Check(
    "purity",
    "Are the inputs left alone, and do the outputs share memory with nothing?",
    _decide,
    fixed=_fixed,
    drawn=_drawn,
    effort=0.5,
)
