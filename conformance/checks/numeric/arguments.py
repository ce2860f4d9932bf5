"""Are calls refused that have no right answer?

Derived from the contract: sizes given as numbers that are too small or break a constraint, tensors
whose shared axis has another length, tensors of another rank, a size that is no ``int``, floats
outside their limits, words that nobody knows. Each must raise; which exception is open. A tensor of
a dtype that the contract does not list may be refused or answered rightly for the values it holds
(an int32 converts exactly); a wrong answer is a failure. What the callers refuse is not asked.
These cases form a check of their own so that a waiver can cover them.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import torch

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.numeric.changes import can_be_made, changed
from conformance.contract import Contract, ContractMistake, TensorArgument
from conformance.contract.wrong_calls import Wrong, wrong_calls
from conformance.events.finding import Finding, Kind, shorten
from conformance.events.verdict import NotSupported, SubjectUnsupported
from conformance.execution.bench import Bench
from conformance.execution.trial import Trial
from conformance.inputs.usual import usual_case, with_tensor


def _lacks(contract: Contract) -> str | None:
    wrong = next(iter(wrong_calls(contract)), None)
    return None if wrong else "callers refuse every wrong call"


def _fixed(contract: Contract) -> Iterator[Case]:
    sizes = {axis.name: axis.moderate() for axis in contract.axes}
    if not contract.allows(sizes):
        sizes = {axis.name: axis.usual for axis in contract.axes}
    if contract.selection:
        sizes[contract.selection.count] = 2
    case = usual_case(contract, "arguments", **sizes)
    for wrong in wrong_calls(contract):
        if not can_be_made(wrong.change, case):
            continue
        argument = contract.arguments[wrong.position]
        if isinstance(argument, TensorArgument) and not case.tensors[argument.name].given:
            yield with_tensor(contract, case, argument.name).with_options(call=wrong.id)
        else:
            yield case.with_options(call=wrong.id)


def _asked(contract: Contract, case: Case) -> Wrong | None:
    return next((w for w in wrong_calls(contract) if w.id == case.options.get("call")), None)


def _misfit(contract: Contract, case: Case) -> str | None:
    return None if _asked(contract, case) else f"no such wrong call: {case.options.get('call')}"


def _decide(bench: Bench, case: Case) -> list[Finding]:
    wrong = _asked(bench.contract, case)
    if wrong is None:
        raise NotSupported(f"no such wrong call: {case.options.get('call')}")
    built = bench.build(case)
    value = changed(wrong.change, built.arguments[wrong.position], case)
    trial = bench.call(case, built.replaced(wrong.position, value))
    raised = trial.outcome.raised
    if raised and not raised.unsupported:
        return []
    if wrong.may_answer:
        try:
            found = trial.findings()
        except ContractMistake:  # the reference knows no answer to a call that is wrong
            return []
        return [replace(f, message=f"{f.message}, for {wrong.id}", cause=wrong.id) for f in found]
    if raised:
        raise SubjectUnsupported(str(raised))
    return [_accepted(bench, wrong, value, trial)]


def _accepted(bench: Bench, wrong: Wrong, value: Any, trial: Trial) -> Finding:
    given = tuple(value.shape) if isinstance(value, torch.Tensor) else value
    name = bench.contract.arguments[wrong.position].name
    answer = "; ".join(
        f"{output} {tuple(tensor.shape)} {shorten(tensor.flatten()[:4].tolist())}"
        for output, tensor in trial.outputs.items()
    )
    return Finding(
        name,
        f"a call without a right answer was accepted: {name} = {given}",
        f"answered {answer or 'nothing'}",
        f"an exception, since {wrong.wanted}",
        kind=Kind.ACCEPTED,
        cause=wrong.id,
    )


CHECK = Check(
    "arguments",
    "Are calls refused that have no right answer?",
    _decide,
    lacks=_lacks,
    fixed=_fixed,
    misfit=_misfit,
)
