"""How checks draw cases: Hypothesis strategies over axis sizes, dtypes, patterns and layouts."""

from collections.abc import Mapping, Sequence
from math import prod

from hypothesis import strategies as st

from conformance.case.case import Case, TensorSpec
from conformance.contract import Axis, Contract, names_in, shape_of
from conformance.inputs.layouts import layouts_for


def usual_case(contract: Contract, check: str, **sizes: int) -> Case:
    """The case with usual sizes (``sizes`` replace some), first dtypes, usual values, dense."""
    axes = {axis.name: sizes.get(axis.name, axis.usual) for axis in contract.axes}
    tensors = {a.name: TensorSpec(a.dtypes[0], a.values) for a in contract.tensors}
    words = {choice.name: choice.words[0] for choice in contract.choices}
    return Case(contract.name, check, axes, tensors, words)


def with_dtypes(contract: Contract, case: Case, **dtypes: str) -> Case:
    """The case with other dtypes of some tensors, and of those that share theirs."""
    for argument in contract.tensors:
        leader = argument.leader
        if leader in dtypes:
            case = case.with_tensor(argument.name, dtype=dtypes[leader])
    return case


def leaders(contract: Contract) -> list[str]:
    """The tensor arguments whose dtypes may be chosen freely."""
    return [argument.name for argument in contract.tensors if argument.same_dtype is None]


def _sizes(contract: Contract, axis: Axis, drawn: Mapping[str, int], largest: int):
    """Sizes of one axis that keep every constraint whose other axes are drawn already."""
    known = {*drawn, axis.name}
    concerned = [
        c for c in contract.constraints if axis.name in c.names() and c.names() <= known
    ]  # the others hold, or wait for an axis

    def fits(size: int) -> bool:
        return all(c.holds({**drawn, axis.name: size}) for c in concerned)

    top = max(min(axis.drawn, largest, axis.most or axis.drawn), axis.least)
    small = [size for size in range(axis.least, top + 1) if fits(size)]
    edges = [size for size in axis.edges if size <= largest and fits(size)]
    choices = [st.sampled_from(sizes) for sizes in (small, edges) if sizes]
    if not choices:
        return st.just(axis.usual) if fits(axis.usual) else st.nothing()
    return st.one_of(choices)


def _room(contract: Contract, axis: Axis, drawn: Mapping[str, int], elements: int) -> int:
    """The largest size of an axis for which no tensor has more than ``elements`` elements.

    Axes that are not drawn yet count as small as they may be.
    """
    least = {other.name: max(other.least, 1) for other in contract.axes}
    least |= {name: max(size, 1) for name, size in drawn.items()}
    used = [
        prod(shape_of(argument.axes, {**least, axis.name: 1}))
        for argument in contract.tensors
        if any(axis.name in names_in(size) for size in argument.axes)
    ]
    return max(elements // max(used, default=1), axis.least)


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
    lists words for the case's options; choices of the contract that it does not list keep their
    usual word.
    """

    def pick(words: Sequence[str]) -> str:
        # Where there is no choice there is nothing to draw, nor to shrink.
        return draw(st.sampled_from(words)) if len(words) > 1 else words[0]

    axes: dict[str, int] = {}
    for axis in contract.axes:
        largest = _room(contract, axis, axes, elements)
        axes[axis.name] = draw(_sizes(contract, axis, axes, largest))
    tensors: dict[str, TensorSpec] = {}
    for argument in contract.tensors:
        patterns = list((values or {}).get(argument.name, ())) or [argument.values]
        placements = ["dense", *layouts_for(argument)] if layouts else ["dense"]
        led = tensors.get(argument.same_dtype or "")
        tensors[argument.name] = TensorSpec(
            led.dtype if led else pick(argument.dtypes),
            pick(patterns),
            pick(placements),
        )
    words = {choice.name: choice.words[0] for choice in contract.choices}
    words |= {name: pick(list(choices)) for name, choices in (options or {}).items()}
    return Case(contract.name, check, axes, tensors, words, draw(st.integers(0, 2**31)))
