"""Are calls refused that have no right answer?

Derived from the contract: sizes given as numbers that are too small or break a constraint, tensors
whose shared axis has another length, tensors of another rank, and a size that is no ``int``. Each
must raise; which exception is open. A tensor of a dtype that the contract does not list may be
refused or answered rightly for the values it holds (an int32 converts exactly); a wrong answer is
a failure. These cases form a check of their own so that a waiver can cover them.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import torch

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.numeric.wrong_calls import Wrong, wrong_calls
from conformance.contract import Contract
from conformance.events.finding import Finding, shorten
from conformance.events.verdict import NotSupported
from conformance.execution.bench import Bench
from conformance.inputs.build import Built
from conformance.inputs.draw import usual_case


def _fixed(contract: Contract) -> Iterator[Case]:
    sizes = {axis.name: max(min(axis.usual, 8), axis.least) for axis in contract.axes}
    if not contract.allows(sizes):
        sizes = {axis.name: axis.usual for axis in contract.axes}
    if contract.selection:
        sizes[contract.selection.count] = 2
    for wrong in wrong_calls(contract):
        yield usual_case(contract, "arguments", **sizes).with_options(call=wrong.id)


def _decide(bench: Bench, case: Case) -> list[Finding]:
    wrong = next((w for w in wrong_calls(bench.contract) if w.id == case.options.get("call")), None)
    if wrong is None:
        raise NotSupported(f"no such wrong call: {case.options.get('call')}")
    built = bench.build(case)
    value = wrong.change(built.arguments[wrong.position], case)
    built = built.replaced(wrong.position, value)
    trial = bench.call(case, built)
    raised = trial.outcome.raised
    if raised and not raised.unsupported:
        return []
    if wrong.may_answer:
        return [replace(f, message=f"{f.message}, for {wrong.id}") for f in trial.findings()]
    if raised:
        raise NotSupported(str(raised))
    return [_accepted(bench, wrong, value, built, trial.outcome.tensors)]


def _accepted(bench: Bench, wrong: Wrong, value: Any, built: Built, results) -> Finding:
    given = tuple(value.shape) if isinstance(value, torch.Tensor) else value
    name = bench.contract.arguments[wrong.position].name
    answer = "; ".join(
        f"{output.name} {tuple(tensor.shape)} {shorten(tensor.flatten()[:4].tolist())}"
        for output, tensor in zip(bench.contract.outputs, results, strict=False)
    )
    return Finding(
        name,
        f"a call without a right answer was accepted: {name} = {given}",
        f"answered {answer}",
        f"an exception, since {wrong.wanted}",
    )


CHECK = Check("arguments", "Are calls refused that have no right answer?", _decide, fixed=_fixed)
