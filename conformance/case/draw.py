"""How checks draw cases: Hypothesis strategies over axis sizes, dtypes, patterns and layouts."""

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from conformance.case.case import Case, TensorSpec
from conformance.contract import Axis, Contract
from conformance.inputs.layouts import layouts_for

SMALL = 40
"""Sizes drawn freely end here; beyond it, an axis's edges are drawn."""


def usual_case(contract: Contract, check: str, **sizes: int) -> Case:
    """The case with usual sizes (``sizes`` replace some), first dtypes, usual values, dense."""
    axes = {axis.name: sizes.get(axis.name, axis.usual) for axis in contract.axes}
    tensors = {a.name: TensorSpec(a.dtypes[0], a.values) for a in contract.tensors}
    return Case(contract.name, check, axes, tensors)


def _sizes(contract: Contract, axis: Axis, drawn: Mapping[str, int], largest: int):
    """Sizes of one axis that keep every constraint whose other axes are drawn already."""

    def fits(size: int) -> bool:
        known = {**drawn, axis.name: size}
        return all(c.holds(known) for c in contract.constraints if c.names() <= known.keys())

    top = min(SMALL, largest, axis.most or SMALL)
    while top > axis.least and not fits(top):
        top -= 1
    edges = [size for size in axis.edges if size <= largest and fits(size)]
    free = st.integers(axis.least, max(top, axis.least))
    return st.one_of(free, st.sampled_from(edges)) if edges else free


@st.composite
def cases(
    draw: st.DrawFn,
    contract: Contract,
    check: str,
    *,
    values: Mapping[str, Sequence[str]] | None = None,
    layouts: bool = False,
    elements: int = 1 << 14,
    options: Mapping[str, Sequence[str]] | None = None,
) -> Case:
    """Cases of a contract for a check.

    ``values`` names the patterns to draw from for some tensors (the others hold their usual
    values), ``layouts`` draws layouts, ``elements`` bounds the size of a tensor and ``options``
    lists words for the case's options.
    """
    axes: dict[str, int] = {}
    for axis in contract.axes:
        used = [a.axes for a in contract.tensors if axis.name in a.axes]
        others = [_product(axes.get(name, 1) for name in names) for names in used]
        largest = max(elements // max(max(others, default=1), 1), axis.least)
        axes[axis.name] = draw(_sizes(contract, axis, axes, largest))
    tensors = {}
    for argument in contract.tensors:
        patterns = list((values or {}).get(argument.name, ())) or [argument.values]
        placements = ["dense", *layouts_for(len(argument.axes))] if layouts else ["dense"]
        tensors[argument.name] = TensorSpec(
            draw(st.sampled_from(argument.dtypes)),
            draw(st.sampled_from(patterns)),
            draw(st.sampled_from(placements)),
        )
    words = {
        name: draw(st.sampled_from(list(choices))) for name, choices in (options or {}).items()
    }
    return Case(contract.name, check, axes, tensors, words, draw(st.integers(0, 2**31)))


def _product(sizes) -> int:
    product = 1
    for size in sizes:
        product *= max(size, 1)
    return product
