"""Is a tensor that is not dense read rightly, or refused clearly?

Transposed, sliced, row-padded, offset, misaligned and repeated (stride 0) tensors, one argument at
a time and together. An implementation may raise, with a message; what it must not do is answer
wrongly. What lies between the elements is NaN. Rows of inputs and blocks of states further apart
than 32 bits can count show offsets that are computed in 32 bits.
"""

from collections.abc import Iterator

from conformance.case import Case
from conformance.checks.check import Check
from conformance.contract import Contract, names_in, shape_of
from conformance.events.finding import Finding
from conformance.execution.bench import Bench
from conformance.inputs.draw import cases, usual_case, with_dtypes
from conformance.inputs.layouts import FAR_ROWS, layouts_for
from conformance.tensors.dtypes import torch_dtype

REFUSALS = {"ValueError", "TypeError", "NotImplementedError", "RuntimeError"}
"""Exceptions that count as a clear refusal if they say anything."""


def _lacks(contract: Contract) -> str | None:
    ranks = [len(a.axes) for a in contract.tensors]
    return None if any(ranks) else "no argument has an axis"


def _fixed(contract: Contract):
    case = usual_case(contract, "layout")
    for argument in contract.tensors:
        for layout in layouts_for(argument):
            for dtype in argument.dtypes:
                leader = argument.leader
                typed = with_dtypes(contract, case, **{leader: dtype})
                yield typed.with_tensor(argument.name, layout=layout)
    yield from _owed(contract)
    yield from _far(contract)
    yield from _far_blocks(contract)


def _owed(contract: Contract) -> Iterator[Case]:
    """Every argument in the layout that callers pass it in."""
    case = usual_case(contract, "layout")
    for argument in contract.tensors:
        for layout in argument.owed_layouts[:1]:
            case = case.with_tensor(argument.name, layout=layout)
    yield case


def _far(contract: Contract) -> Iterator[Case]:
    """Each tensor with rows, so few of them that the address space suffices."""
    for argument in contract.tensors:
        if len(argument.axes) < 2 or argument.axes[0] != contract.independent:
            continue
        narrow = min(argument.dtypes, key=lambda name: torch_dtype(name).itemsize)
        case = usual_case(contract, "layout", **{str(argument.axes[0]): FAR_ROWS})
        case = with_dtypes(contract, case, **{argument.leader: narrow})
        yield case.with_tensor(argument.name, layout="far-rows")


def _far_blocks(contract: Contract) -> Iterator[Case]:
    """Each state that lies in blocks, with so few of them that the address space suffices."""
    for argument in contract.states:
        if len(argument.axes) < 3:
            continue
        names = names_in(argument.axes[1])
        sizes = {axis.name: axis.least for axis in contract.axes if axis.name in names}
        for name in sizes:
            most = contract.axis(name).most or FAR_ROWS
            while sizes[name] < most and shape_of(argument.axes[1:2], sizes) < (FAR_ROWS,):
                sizes[name] += 1
        if shape_of(argument.axes[1:2], sizes) > (FAR_ROWS,):
            continue
        narrow = min(argument.dtypes, key=lambda name: torch_dtype(name).itemsize)
        case = with_dtypes(contract, usual_case(contract, "layout", **sizes), **{
            argument.leader: narrow
        })  # fmt: skip
        yield case.with_tensor(argument.name, layout="far-blocks")


def _decide(bench: Bench, case: Case) -> list[Finding]:
    trial = bench.run(case)
    raised = trial.outcome.raised
    odd = any(
        case.tensors[argument.name].layout not in ("dense", *argument.owed_layouts)
        for argument in bench.contract.tensors
    )
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
