"""Are the outputs right at every size?

Each axis takes each of its edges while the others are usual: nothing, one, tile borders and their
neighbours, sizes that are no powers of two, 65535 to 65537 and 250000 tokens. Each edge is asked in
the usual dtypes and, up to some size, in one other; these take turns: a kernel may have a path of
its own for 16 bits that fails beyond one tile only. An axis that counts a selection takes 1, a few
and all. Every id is reached once. The grids of other projects' tests that the contract names run
here too. Sizes that a released model has together (experts and top-K; heads, groups and head size)
are asked together, in every profile, in the usual dtypes and in bfloat16, for kernels are
specialised for them; the other axes are small then.
"""

from collections.abc import Iterator

from conformance.case import Case
from conformance.checks.check import Check, judged
from conformance.contract import Axis, Contract, LeadingAxes, Size
from conformance.inputs.draw import cases
from conformance.inputs.released import released_cases
from conformance.inputs.usual import leaders, usual_case, with_dtypes

OTHER_DTYPES = 1 << 18
"""Elements up to which an edge is asked in another dtype too; larger ones are about indices."""


def _edges(contract: Contract) -> Iterator[Case]:
    others = [
        (name, dtype) for name in leaders(contract) for dtype in contract.tensor(name).dtypes[1:]
    ]
    for axis in contract.axes:
        edges: tuple[Size, ...] = axis.edges
        for number, size in enumerate(edges):
            case = usual_case(contract, "sizes", **{axis.name: size})
            yield case
            if others and contract.elements(case.axes) <= OTHER_DTYPES:
                name, dtype = others[number % len(others)]
                yield with_dtypes(contract, case, **{name: dtype})


def _counts(contract: Contract) -> Iterator[Case]:
    """For each length of the selected axis: one, the usual, half, all but one and all selected."""
    selection = contract.selection
    if selection is None or not _is_axis(contract, selection.axis):
        return
    counted, selected = contract.axis(selection.count), contract.axis(selection.axis)
    assert isinstance(counted, Axis) and isinstance(selected, Axis)
    for length in selected.edges:
        for count in sorted({1, counted.usual, length // 2, length - 1, length}):
            yield usual_case(contract, "sizes", **{selection.axis: length, selection.count: count})


def _reached(contract: Contract) -> Iterator[Case]:
    """As many rows as ids, each with its largest entry at another id, one selected."""
    selection = contract.selection
    if selection is None or contract.independent is None:
        return
    if not _is_axis(contract, selection.axis):
        return
    name, rows_axis = selection.argument, contract.axis(contract.independent)
    for length in contract.axis(selection.axis).edges:
        assert isinstance(length, int)
        rows: Size = (length,) if isinstance(rows_axis, LeadingAxes) else length
        sizes = {rows_axis.name: rows, selection.axis: length, selection.count: 1}
        case = usual_case(contract, "sizes", **sizes)
        yield case.with_tensor(name, values="sweep")


def _is_axis(contract: Contract, name: str) -> bool:
    """Whether the selected axis has a size of its own, rather than one worked out of others."""
    return any(isinstance(axis, Axis) and axis.name == name for axis in contract.axes)


def _grids(contract: Contract) -> Iterator[Case]:
    for grid in contract.grids:
        for sizes, dtype in grid.points():
            case = usual_case(contract, "sizes", **sizes)
            yield with_dtypes(contract, case, **{grid.argument: dtype})


def _fixed(contract: Contract) -> list[Case]:
    found = [*_edges(contract), *_counts(contract), *_reached(contract), *_grids(contract)]
    unique = {str(case): case for case in found if contract.allows(case.axes)}
    return sorted(unique.values(), key=lambda case: contract.elements(case.axes))


def _always(contract: Contract) -> Iterator[Case]:
    return released_cases(contract, "sizes")


def _drawn(contract: Contract):
    return cases(contract, "sizes", elements=1 << 16)


CHECK = Check(
    "sizes",
    "Are the outputs right at every size?",
    judged,
    fixed=_fixed,
    always=_always,
    drawn=_drawn,
    effort=0.5,
)
