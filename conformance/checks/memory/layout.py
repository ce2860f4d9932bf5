"""Is a tensor that is not dense read rightly, or refused clearly?

Transposed, sliced, row-padded, offset, misaligned and repeated (stride 0) tensors, one argument at
a time and together. An implementation may raise, with a message; what it must not do is answer
wrongly. What lies between the elements is NaN. Rows of inputs and blocks of states further apart
than 32 bits can count show offsets that are computed in 32 bits.
"""

from collections.abc import Iterator

from conformance.case import Case
from conformance.checks.check import Check
from conformance.contract import Axis, Contract, LeadingAxes, Size, names_in, shape_of
from conformance.events.finding import Finding
from conformance.execution.bench import Bench
from conformance.inputs.draw import cases
from conformance.inputs.layouts import FAR_ROWS, layouts_for
from conformance.inputs.usual import usual_case, with_dtypes, with_tensor
from conformance.tensors.dtypes import torch_dtype


def _lacks(contract: Contract) -> str | None:
    if not any(len(a.axes) for a in contract.tensors):
        return "no argument has an axis"
    free = [a for a in contract.tensors if a.axes and (a.strides == "any" or a.owed_layouts)]
    return None if free else "callers pass every tensor dense"


def _fixed(contract: Contract):
    case = usual_case(contract, "layout")
    for argument in contract.tensors:
        if argument.optional == "never":
            continue
        for layout in layouts_for(contract, argument, case.axes):
            for dtype in argument.dtypes:
                placed = with_tensor(contract, case, argument.name, layout=layout)
                yield with_dtypes(contract, placed, **{argument.leader: dtype})
    yield from _owed(contract)
    yield from _far(contract)
    yield from _far_blocks(contract)


def _owed(contract: Contract) -> Iterator[Case]:
    """Every argument in the layout that callers pass it in."""
    case = usual_case(contract, "layout")
    for argument in contract.tensors:
        for layout in argument.owed_layouts[:1]:
            if argument.optional != "never":
                case = with_tensor(contract, case, argument.name, layout=layout)
    yield case


def _far(contract: Contract) -> Iterator[Case]:
    """Each tensor with rows, so few of them that the address space suffices."""
    for argument in contract.tensors:
        if len(argument.axes) < 2 or argument.strides != "any" or argument.optional == "never":
            continue
        front = str(argument.axes[0]).removeprefix("*")
        if front != contract.independent:
            continue
        rows: Size = (FAR_ROWS,) if isinstance(contract.axis(front), LeadingAxes) else FAR_ROWS
        narrow = min(argument.dtypes, key=lambda name: torch_dtype(name).itemsize)
        case = usual_case(contract, "layout", **{front: rows})
        case = with_tensor(contract, case, argument.name, layout="far-rows")
        yield with_dtypes(contract, case, **{argument.leader: narrow})


def _far_blocks(contract: Contract) -> Iterator[Case]:
    """Each state that lies in blocks, with so few of them that the address space suffices."""
    for argument in contract.states:
        if len(argument.axes) < 3 or argument.strides != "any":
            continue
        names = names_in(argument.axes[1])
        sizes = {
            axis.name: axis.least
            for axis in contract.axes
            if axis.name in names and isinstance(axis, Axis)
        }
        if len(sizes) < len(names):
            continue
        for name in sizes:
            axis = contract.axis(name)
            most = (axis.most if isinstance(axis, Axis) else None) or FAR_ROWS
            while sizes[name] < most and shape_of(argument.axes[1:2], sizes) < (FAR_ROWS,):
                sizes[name] += 1
        if shape_of(argument.axes[1:2], sizes) > (FAR_ROWS,):
            continue
        narrow = min(argument.dtypes, key=lambda name: torch_dtype(name).itemsize)
        case = with_dtypes(contract, usual_case(contract, "layout", **sizes), **{
            argument.leader: narrow
        })  # fmt: skip
        yield with_tensor(contract, case, argument.name, layout="far-blocks")


def _decide(bench: Bench, case: Case) -> list[Finding]:
    trial = bench.run(case)
    odd = any(
        case.tensors[argument.name].layout not in ("dense", *argument.owed_layouts)
        for argument in bench.contract.tensors
        if case.tensors[argument.name].given
    )
    raised = trial.outcome.raised
    return [] if odd and raised and raised.is_refusal else trial.findings()


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
