"""Cases of the sizes that released models have together, small along every other axis."""

from collections.abc import Iterator

from conformance.case import Case
from conformance.contract import Axis, Contract, LeadingAxes, Size, shape_of
from conformance.inputs.usual import leaders, usual_case, with_dtypes

FEW = 1 << 18
"""Elements of the largest tensor, if the other axes can be made so small."""
SERVED = "bfloat16"
"""The dtype in which models are released."""


def released_cases(contract: Contract, check: str) -> Iterator[Case]:
    """Cases for each different shape: in the usual dtypes, as models are held, and with every id.

    A shape that a narrower contract does not allow is left out.
    """
    for named in _different(contract):
        sizes = {**{axis.name: axis.usual for axis in contract.axes}, **named}
        if not contract.allows(sizes):
            continue
        case = usual_case(contract, check, **_small(contract, sizes, set(named)))
        yield from _in_both_dtypes(contract, case)
        yield from _every_id(contract, case)


def _different(contract: Contract) -> list[dict[str, Size]]:
    found = {tuple(sorted(shape.axes.items())): None for shape in contract.released}
    return [dict(axes) for axes in found]


def _small(contract: Contract, sizes: dict[str, Size], kept: set[str]) -> dict[str, Size]:
    """The sizes with the largest of the other axes halved, again and again, as far as need be."""
    while contract.elements(sizes) > FEW:
        free = [axis for axis in contract.axes if axis.name not in kept]
        free.sort(key=lambda axis: _length(sizes[axis.name]), reverse=True)
        for axis in free:
            halved = _halved(axis, sizes[axis.name])
            smaller = {**sizes, axis.name: halved}
            if halved != sizes[axis.name] and contract.allows(smaller):
                sizes = smaller
                break
        else:
            break
    return sizes


def _halved(axis: Axis | LeadingAxes, size: Size) -> Size:
    least = max(axis.least, 1)
    if isinstance(size, int):
        return min(size, max(size // 2, least))
    return tuple(min(length, max(length // 2, least)) for length in size)


def _length(size: Size) -> int:
    return size if isinstance(size, int) else max(size, default=0)


def _in_both_dtypes(contract: Contract, case: Case) -> Iterator[Case]:
    """The case in its usual dtypes, and with all of its arguments as models hold them."""
    yield case
    given = [name for name in leaders(contract) if case.tensors[name].given]
    held = [name for name in given if SERVED in contract.tensor(name).dtypes]
    served = with_dtypes(contract, case, **dict.fromkeys(held, SERVED))
    if served != case:
        yield served


def _every_id(contract: Contract, case: Case) -> Iterator[Case]:
    """As many rows as entries to select from, each with its largest entry at another one."""
    selection = contract.selection
    rows = {axis.name: axis for axis in contract.axes}.get(contract.independent or "")
    if selection is None or rows is None:
        return
    (entries,) = shape_of((selection.axis,), case.axes)
    size: Size = (entries,) if isinstance(rows, LeadingAxes) else entries
    swept = case.with_axes(**{rows.name: size})
    if contract.allows(swept.axes):
        yield swept.with_tensor(selection.argument, values="sweep")
