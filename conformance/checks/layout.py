"""Is a tensor that is not dense read rightly, or refused clearly?

Transposed, sliced, row-padded, offset, misaligned and repeated (stride 0) tensors, one argument at
a time and together. An implementation may raise, with a message; what it must not do is answer
wrongly. What lies between the elements is NaN. Rows further apart than 32 bits can count show
offsets that are computed in 32 bits.
"""

from collections.abc import Iterator

from conformance.case import Case
from conformance.case.draw import cases, usual_case
from conformance.checks.check import Check
from conformance.contract import Contract
from conformance.inputs.dtypes import torch_dtype
from conformance.inputs.layouts import FAR_ROWS, layouts_for
from conformance.judge.finding import Finding
from conformance.run.bench import Bench

REFUSALS = {"ValueError", "TypeError", "NotImplementedError", "RuntimeError"}
"""Exceptions that count as a clear refusal if they say anything."""


def _lacks(contract: Contract) -> str | None:
    ranks = [len(a.axes) for a in contract.tensors]
    return None if any(ranks) else "no argument has an axis"


def _fixed(contract: Contract):
    case = usual_case(contract, "layout")
    for argument in contract.tensors:
        for layout in layouts_for(len(argument.axes)):
            for dtype in argument.dtypes:
                yield case.with_tensor(argument.name, layout=layout, dtype=dtype)
    yield from _far(contract)


def _far(contract: Contract) -> Iterator[Case]:
    """Each tensor with rows, so few of them that the address space suffices."""
    for argument in contract.tensors:
        if len(argument.axes) < 2 or argument.axes[0] != contract.independent:
            continue
        narrow = min(argument.dtypes, key=lambda name: torch_dtype(name).itemsize)
        case = usual_case(contract, "layout", **{argument.axes[0]: FAR_ROWS})
        yield case.with_tensor(argument.name, layout="far-rows", dtype=narrow)


def _decide(bench: Bench, case: Case) -> list[Finding]:
    trial = bench.run(case)
    raised = trial.outcome.raised
    odd = any(spec.layout != "dense" for spec in case.tensors.values())
    if odd and raised and not raised.unsupported and raised.type in REFUSALS:
        return [] if raised.message != "no message" else trial.findings()
    return trial.findings()


def _drawn(contract: Contract):
    return cases(contract, "layout", layouts=True)


CHECK = Check(
    "layout",
    "Is a tensor that is not dense read rightly, or refused clearly?",
    _decide,
    lacks=_lacks,
    fixed=_fixed,
    drawn=_drawn,
)
